export { type Actor, providerActor, systemActor, userActor, workerActor } from "@/lib/access/actor";
export {
  type InstanceContext,
  loadInstanceContext,
  loadProjectContext,
  type ProjectContext,
} from "@/lib/access/context";
export { type Allowance, may, requirePermission } from "@/lib/access/require";
export { mayRole, type Permission, type Role } from "@/lib/access/roles";
export type { Session } from "@/lib/access/session";
export { holdPermission, transactAs } from "@/lib/access/transact";
