import type { Host } from "@/e2e/forge/host";
import { revokeGrant } from "@/e2e/forge/oauth/grants";
import { isUsable } from "@/e2e/forge/oauth/refresh";
import { normalizeScopes } from "@/e2e/forge/oauth/scopes";
import { isActive, issuePersonalToken, issueToken, revokeWithRefresh } from "@/e2e/forge/oauth/tokens";
import { accountById, requireClient, requireUser } from "@/e2e/forge/state/find";
import type { RefreshToken, Token } from "@/e2e/forge/state/model";
import { fingerprint } from "@/e2e/forge/state/random";
import type { ForgeAdmin, TokenInfo } from "./admin";

type Tokens = Pick<
  ForgeAdmin,
  | "issueToken"
  | "tokens"
  | "revokeToken"
  | "expireToken"
  | "setRefreshExpiry"
  | "reduceScopes"
  | "revokeGrant"
  | "refreshReuses"
  | "refreshTokens"
>;

export function tokensAdmin(host: Host): Tokens {
  const { state, save } = host.store;
  return {
    async issueToken(login, scopes = ["repo", "read:org"], clientId) {
      const { id } = requireUser(state, login);
      const issued = clientId
        ? issueToken(host, requireClient(state, clientId), id, scopes)
        : { token: issuePersonalToken(host, id, scopes), refreshToken: null };
      save();
      return { ...info(host, issued.token), refreshToken: issued.refreshToken };
    },
    async tokens(filter = {}) {
      return state.tokens
        .map((token) => info(host, token))
        .filter((one) => filter.login === undefined || one.login === filter.login)
        .filter((one) => filter.clientId === undefined || one.clientId === filter.clientId)
        .filter((one) => filter.active === undefined || one.active === filter.active);
    },
    async revokeToken(which) {
      revokeWithRefresh(state, find(host, which), "revoked");
      save();
    },
    async expireToken(which, order = {}) {
      const token = find(host, which);
      token.expiresAt = Date.now() - 1;
      if (order.refreshToo) for (const one of refreshTokensOf(host, token)) one.expiresAt = Date.now() - 1;
      save();
    },
    async setRefreshExpiry(which, seconds) {
      for (const one of refreshTokensOf(host, find(host, which))) one.expiresAt = Date.now() + seconds * 1000;
      save();
    },
    async reduceScopes(which, scopes) {
      find(host, which).scopes = normalizeScopes(scopes);
      save();
    },
    revokeGrant: async (login, clientId) =>
      revokeGrant(host, requireClient(state, clientId), requireUser(state, login)),
    refreshReuses: async () => state.refreshReuses,
    async refreshTokens(login) {
      const { id } = requireUser(state, login);
      const theirs = state.tokens.filter(({ userId }) => userId === id);
      return theirs
        .flatMap((token) => refreshTokensOf(host, token))
        .map((one) => ({ token: one.token, usable: isUsable(one) }));
    },
  };
}

function find(host: Host, which: string | number): Token {
  const found = host.store.state.tokens.findLast(
    (token) => token.id === which || token.token === which || fingerprint(token.token) === which,
  );
  if (!found) throw new Error("There is no such token; give the token itself, its fingerprint or its id.");
  return found;
}

function refreshTokensOf(host: Host, token: Token): RefreshToken[] {
  return host.store.state.refreshTokens.filter((one) => one.tokenId === token.id);
}

function info(host: Host, token: Token): TokenInfo {
  const { userId, ...rest } = token;
  return {
    ...rest,
    login: accountById(host.store.state, userId).login,
    active: isActive(token),
    fingerprint: fingerprint(token.token),
  };
}
