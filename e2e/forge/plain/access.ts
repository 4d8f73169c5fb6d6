import type { Host } from "@/e2e/forge/host";
import { presentedCredentials } from "@/e2e/forge/http/credentials";
import type { Exchange } from "@/e2e/forge/http/exchange";
import { personalPermission } from "@/e2e/forge/state/access";
import { accountById, findAccount } from "@/e2e/forge/state/find";
import type { Account, PlainScope, PlainToken, Repository } from "@/e2e/forge/state/model";
import type { PlainKind } from "./kinds";

/** Who calls a plain host. `isWrong`: credentials came, and they open nothing. */
export interface Caller {
  user: Account | null;
  token: PlainToken | null;
  isWrong: boolean;
}

const NOBODY: Caller = { user: null, token: null, isWrong: false };
const WRONG: Caller = { ...NOBODY, isWrong: true };

/** For git: basic auth in the host's way. A token may stand as the password, with Gitea as the user name too. */
export function callerOfGit(host: Host, kind: PlainKind, exchange: Exchange): Caller {
  const presented = presentedCredentials(exchange);
  if (presented.kind === "none") return NOBODY;
  if (presented.kind === "bearer" && kind === "bitbucket") {
    const token = activeToken(host, kind, presented.token);
    return token ? callerOf(host, token) : WRONG;
  }
  if (presented.kind !== "basic") return WRONG;
  const { user, password } = presented;
  const token =
    activeToken(host, kind, password) ?? (kind === "gitea" ? activeToken(host, kind, user) : undefined);
  // Bitbucket Data Center takes tokens of a repository as Bearer tokens only [its documents, "HTTP access tokens"].
  if (token && kind === "bitbucket" && token.repositoryId !== null) return WRONG;
  if (token) return token.user === null || token.user === user ? callerOf(host, token) : WRONG;
  const account = findAccount(host.store.state, user);
  return account?.password && account.password === password ? { ...NOBODY, user: account } : WRONG;
}

/** For the API: GitLab takes a header of its own, Gitea `token` or basic auth. */
export function callerOfApi(host: Host, kind: PlainKind, exchange: Exchange): Caller {
  if (kind === "gitea" && presentedCredentials(exchange).kind === "basic") {
    return callerOfGit(host, kind, exchange);
  }
  const presented = presentedCredentials(exchange);
  const own = kind === "gitlab" ? exchange.header("private-token") : undefined;
  const value = own ?? (presented.kind === "bearer" ? presented.token : undefined);
  if (value === undefined) return NOBODY;
  const token = activeToken(host, kind, value);
  // A deploy token opens repositories, never the API.
  return token && token.user === null ? callerOf(host, token) : WRONG;
}

/** Whether the caller may do this with the repository, by what the person may and by what the token may. */
export function mayCall(
  host: Host,
  repository: Repository,
  caller: Caller,
  scope: PlainScope,
  needs: "read" | "write" | "admin",
): boolean {
  const { user, token } = caller;
  if (token?.repositoryId != null && token.repositoryId !== repository.id) return false;
  const isPublicRead = !repository.private && needs === "read";
  if (isPublicRead) return true;
  const own = personalPermission(host.store.state, repository, user);
  const rank = { read: 1, write: 2, admin: 3 };
  if (!own || rank[own] < rank[needs]) return false;
  return token === null || token.scopes.includes("api") || token.scopes.includes(scope);
}

function activeToken(host: Host, kind: PlainKind, value: string): PlainToken | undefined {
  const now = Date.now();
  return host.store.state.plainTokens.find(
    (one) =>
      one.kind === kind &&
      one.token === value &&
      one.revokedAt === null &&
      (one.expiresAt === null || one.expiresAt > now),
  );
}

const callerOf = (host: Host, token: PlainToken): Caller => ({
  user: accountById(host.store.state, token.userId),
  token,
  isWrong: false,
});
