import type { Role } from "@/db/schema";

export type { Role };

/** The whole policy. Who may do what in a project; what is not listed here, nobody may. */
const PERMISSIONS = {
  "project.view": ["owner", "admin", "member", "viewer"],
  "project.details": ["owner", "admin", "member"],
  "app.create": ["owner", "admin", "member"],
  "app.deploy": ["owner", "admin", "member"],
  "app.configure": ["owner", "admin", "member"],
  "app.delete": ["owner", "admin"],
  "app.restore": ["owner", "admin"],
  "integration.use": ["owner", "admin", "member"],
  "integration.manage": ["owner", "admin"],
  "members.manage": ["owner", "admin"],
  // To make somebody an owner, and to change or remove one.
  "members.manage_owners": ["owner"],
  "activity.own": ["owner", "admin", "member"],
  "activity.all": ["owner", "admin"],
  "project.rename": ["owner", "admin"],
  "project.delete": ["owner"],
  "project.transfer": ["owner"],
  "audit.export": ["owner"],
} as const satisfies Record<string, readonly Role[]>;

export type Permission = keyof typeof PERMISSIONS;

export const mayRole = (role: Role, permission: Permission): boolean =>
  (PERMISSIONS[permission] as readonly Role[]).includes(role);

/** The roles that hold a permission, strongest first: for "Ask an owner or admin". */
export const rolesWith = (permission: Permission): readonly Role[] => PERMISSIONS[permission];
