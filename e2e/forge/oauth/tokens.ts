import type { Host } from "@/e2e/forge/host";
import { timestamp } from "@/e2e/forge/state/clock";
import type { Client, RevokedBecause, State, Token } from "@/e2e/forge/state/model";
import { randomText } from "@/e2e/forge/state/random";
import { normalizeScopes } from "./scopes";

/** GitHub keeps ten tokens for each user, OAuth app and scope set and drops the oldest without a word. */
const TOKENS_PER_SCOPE_SET = 10;
export const USER_TOKEN_SECONDS = 28_800;
export const REFRESH_TOKEN_SECONDS = 15_897_600;

export interface Issued {
  token: Token;
  refreshToken: string | null;
}

/** A new access token for a client; a GitHub App's also expires and comes with a refresh token. */
export function issueToken(
  host: Host,
  client: Client,
  userId: number,
  scopes: string[],
  family?: number,
): Issued {
  const isApp = client.type === "github_app";
  const token = addToken(host, {
    token: host.store.remember("access_token", `${isApp ? "ghu" : "gho"}_${randomText(36)}`),
    userId,
    clientId: client.clientId,
    scopes: isApp ? [] : normalizeScopes(scopes),
    expiresAt: isApp ? Date.now() + USER_TOKEN_SECONDS * 1000 : null,
  });
  if (!isApp) dropOldest(host.store.state, token);
  return { token, refreshToken: isApp ? issueRefreshToken(host, token, family) : null };
}

export function issuePersonalToken(host: Host, userId: number, scopes: string[]): Token {
  return addToken(host, {
    token: host.store.remember("personal_token", `ghp_${randomText(36)}`),
    userId,
    clientId: null,
    scopes: normalizeScopes(scopes),
    expiresAt: null,
  });
}

export function isActive(token: Token): boolean {
  return token.revokedAt === null && (token.expiresAt === null || token.expiresAt > Date.now());
}

/** Ends a token; whoever presents it afterwards gets 401. */
export function revoke(token: Token, because: RevokedBecause): void {
  if (token.revokedAt !== null) return;
  token.revokedAt = Date.now();
  token.revokedBecause = because;
}

/** Ends a token together with the refresh tokens that could replace it. */
export function revokeWithRefresh(state: State, token: Token, because: RevokedBecause): void {
  revoke(token, because);
  for (const refresh of state.refreshTokens) {
    if (refresh.tokenId === token.id) refresh.revokedAt ??= Date.now();
  }
}

export function activeToken(state: State, value: string): Token | undefined {
  const token = state.tokens.find((one) => one.token === value);
  return token && isActive(token) ? token : undefined;
}

function addToken(
  host: Host,
  fields: Omit<Token, "id" | "createdAt" | "revokedAt" | "revokedBecause">,
): Token {
  const token: Token = {
    ...fields,
    id: host.store.id(),
    createdAt: timestamp(),
    revokedAt: null,
    revokedBecause: null,
  };
  host.store.state.tokens.push(token);
  return token;
}

function issueRefreshToken(host: Host, token: Token, family = token.id): string {
  const value = host.store.remember("refresh_token", `ghr_${randomText(76)}`);
  host.store.state.refreshTokens.push({
    token: value,
    tokenId: token.id,
    family,
    expiresAt: Date.now() + REFRESH_TOKEN_SECONDS * 1000,
    usedAt: null,
    revokedAt: null,
  });
  return value;
}

function dropOldest(state: State, newest: Token): void {
  const same = state.tokens.filter(
    (one) =>
      isActive(one) &&
      one.userId === newest.userId &&
      one.clientId === newest.clientId &&
      one.scopes.join() === newest.scopes.join(),
  );
  for (const token of same.slice(0, Math.max(0, same.length - TOKENS_PER_SCOPE_SET)))
    revoke(token, "superseded");
}
