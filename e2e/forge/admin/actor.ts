import type { Host } from "@/e2e/forge/host";
import { accountById, requireUser } from "@/e2e/forge/state/find";
import type { Account, Repository } from "@/e2e/forge/state/model";

/** Who does it: the named person, else the owner, else an admin of the owning organization. */
export function actorFor(host: Host, repository: Repository, login?: string): Account {
  const { state } = host.store;
  if (login) return requireUser(state, login);
  const owner = accountById(state, repository.ownerId);
  if (owner.kind === "User") return owner;
  const admin = state.memberships.find((one) => one.organizationId === owner.id && one.role === "admin");
  return admin ? accountById(state, admin.userId) : owner;
}
