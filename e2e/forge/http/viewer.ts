import type { Host } from "@/e2e/forge/host";
import { expandScopes } from "@/e2e/forge/oauth/scopes";
import { activeToken } from "@/e2e/forge/oauth/tokens";
import type { Viewer } from "@/e2e/forge/state/access";
import { accountById, findAccount, findClient } from "@/e2e/forge/state/find";
import type { Token } from "@/e2e/forge/state/model";
import type { Presented } from "./credentials";

export const NOBODY: Viewer = { user: null, token: null, client: null, scopes: new Set() };

/** The person behind a token; null when the token is wrong, expired or revoked. */
export function viewerOfToken(host: Host, value: string): Viewer | null {
  const token = activeToken(host.store.state, value);
  return token ? viewer(host, token) : null;
}

/** For git, where any user name goes with a token, and the seeded accounts also have a password. */
export function viewerOfBasic(host: Host, presented: Extract<Presented, { kind: "basic" }>): Viewer | null {
  const byToken =
    viewerOfToken(host, presented.password) ??
    (isPlaceholder(presented.password) ? viewerOfToken(host, presented.user) : null);
  if (byToken) return byToken;
  const account = findAccount(host.store.state, presented.user);
  if (!account || account.password === null || account.password !== presented.password) return null;
  return { ...NOBODY, user: account };
}

/** GitHub also takes the token as the user name, with no password or this one. */
function isPlaceholder(password: string): boolean {
  return password === "" || password === "x-oauth-basic";
}

function viewer(host: Host, token: Token): Viewer {
  const { state } = host.store;
  return {
    user: accountById(state, token.userId),
    token,
    client: token.clientId ? (findClient(state, token.clientId) ?? null) : null,
    scopes: expandScopes(token.scopes),
  };
}
