import type { ProjectContext } from "@/lib/access/context";
import { mayRole, type Permission, type Role, rolesWith } from "@/lib/access/roles";
import { forbidden } from "@/lib/errors";

export type Allowance = { allowed: true } | { allowed: false; reason: string };

/** The first line of every verb. Throws `forbidden` with the sentence that a disabled control shows. */
export function requirePermission(context: ProjectContext, permission: Permission): void {
  const allowance = may(context, permission);
  if (!allowance.allowed) throw forbidden(allowance.reason);
}

/** For screens: whether a control works for this person, and if not, why. The check that counts is in the verb. */
export function may(context: Pick<ProjectContext, "role">, permission: Permission): Allowance {
  if (mayRole(context.role, permission)) return { allowed: true };
  return { allowed: false, reason: `Only ${listRoles(rolesWith(permission))} may do this.` };
}

/** `an owner, admin or member`. */
function listRoles(roles: readonly Role[]): string {
  const last = roles.at(-1) ?? "owner";
  const rest = roles.slice(0, -1);
  return rest.length === 0 ? `an ${last}` : `an ${rest.join(", ")} or ${last}`;
}
