import { and, eq } from "drizzle-orm";
import { members, projects, type Transaction } from "@/db";
import { may, type Permission, type ProjectContext, type Role } from "@/lib/access";
import { forbidden, notFound } from "@/lib/errors";

/**
 * One change of a project's people at a time: two owners who demote each other at the same moment come one after the other.
 * Taken before any other row of the project's people.
 */
export async function lockPeople(tx: Transaction, projectId: string): Promise<void> {
  const locked = await tx
    .select({ id: projects.id })
    .from(projects)
    .where(eq(projects.id, projectId))
    .for("no key update");
  if (locked.length === 0) throw notFound();
}

/** The role that somebody has now, under the lock; null for nobody. */
export async function roleOf(tx: Transaction, projectId: string, userId: string): Promise<Role | null> {
  const [row] = await tx
    .select({ role: members.role })
    .from(members)
    .where(and(eq(members.projectId, projectId), eq(members.userId, userId)));
  return row?.role ?? null;
}

/** Under the lock the asker's role may be another than a moment ago: it is the one of now that counts. */
export async function lockAs(tx: Transaction, context: ProjectContext): Promise<Role> {
  await lockPeople(tx, context.projectId);
  const role = await roleOf(tx, context.projectId, context.user.id);
  if (role === null) throw notFound();
  return role;
}

/** Throws `forbidden` unless `role` may do this to somebody who is, or would become, each of `touched`. */
export function requirePower(role: Role, ...touched: readonly Role[]): void {
  refuseUnless(role, "members.manage");
  if (touched.includes("owner")) refuseUnless(role, "members.manage_owners");
}

function refuseUnless(role: Role, permission: Permission): void {
  const allowance = may({ role }, permission);
  if (!allowance.allowed) throw forbidden(allowance.reason);
}
