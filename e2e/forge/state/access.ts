import type { Account, Client, Permission, Repository, State, Token } from "./model";

/** Who asks: nobody, a person by password (git only), or a person through a token. */
export interface Viewer {
  user: Account | null;
  token: Token | null;
  client: Client | null;
  /** All that the token's scopes include. */
  scopes: Set<string>;
}

const RANK: Record<Permission, number> = { read: 1, write: 2, admin: 3 };

/** What the person may do, whatever the token; null when they have no special right. */
export function personalPermission(
  state: State,
  repository: Repository,
  user: Account | null,
): Permission | null {
  if (!user) return null;
  if (repository.ownerId === user.id) return "admin";
  const collaborator = repository.collaborators.find((one) => one.userId === user.id)?.permission;
  const membership = state.memberships.find(
    (one) => one.organizationId === repository.ownerId && one.userId === user.id,
  );
  const asMember = membership && (membership.role === "admin" ? "admin" : "read");
  return strongest(collaborator, asMember);
}

function strongest(...permissions: (Permission | undefined)[]): Permission | null {
  const known = permissions.filter((one) => one !== undefined);
  return known.sort((a, b) => RANK[b] - RANK[a])[0] ?? null;
}

/** Whether the token reaches this repository at all, for a private one through the scopes that count here. */
export function canSee(
  state: State,
  repository: Repository,
  viewer: Viewer,
  scopes: string[] = ["repo"],
): boolean {
  if (!repository.private) return true;
  if (!personalPermission(state, repository, viewer.user)) return false;
  return tokenReaches(repository, viewer, scopes);
}

export function canDo(
  state: State,
  repository: Repository,
  viewer: Viewer,
  needed: Permission,
  scopes: string[],
): boolean {
  const own = personalPermission(state, repository, viewer.user);
  if (!own || RANK[own] < RANK[needed]) return false;
  return tokenReaches(repository, viewer, scopes);
}

function tokenReaches(repository: Repository, viewer: Viewer, scopes: string[]): boolean {
  if (!viewer.token) return viewer.user !== null;
  if (viewer.client?.type === "github_app") return isInstalled(viewer.client, repository);
  return scopes.some((scope) => viewer.scopes.has(scope));
}

export function isInstalled(client: Client, repository: Repository): boolean {
  return client.installations.some(
    (one) =>
      one.accountId === repository.ownerId &&
      one.suspendedAt === null &&
      (one.repositories === "all" || one.repositories.includes(repository.id)),
  );
}
