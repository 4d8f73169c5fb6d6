import type { Host } from "@/e2e/forge/host";
import { accountById } from "@/e2e/forge/state/find";
import type { Client, RefreshToken, State } from "@/e2e/forge/state/model";
import { type Issued, issueToken, revokeWithRefresh } from "./tokens";

/**
 * Rotation: the old access token and the old refresh token stop working at once. A refresh token that comes
 * a second time is a sign of theft, so everything that descends from its consent ends with it.
 */
export function refresh(host: Host, client: Client, value: string): Issued | null {
  const { state } = host.store;
  const presented = state.refreshTokens.find((one) => one.token === value);
  const token = presented && state.tokens.find((one) => one.id === presented.tokenId);
  if (!presented || !token || token.clientId !== client.clientId) return null;
  if (presented.usedAt !== null) {
    state.refreshReuses += 1;
    if (state.policy.reuseRevokesFamily) endFamily(state, presented);
    host.store.save();
    return null;
  }
  if (!isUsable(presented)) return null;
  if (accountById(state, token.userId).suspended) return null;
  presented.usedAt = Date.now();
  revokeWithRefresh(state, token, "refreshed");
  const issued = issueToken(host, client, token.userId, [], presented.family);
  host.store.save();
  return issued;
}

export const isUsable = ({ usedAt, revokedAt, expiresAt }: RefreshToken): boolean =>
  usedAt === null && revokedAt === null && expiresAt > Date.now();

function endFamily(state: State, reused: RefreshToken): void {
  for (const relative of state.refreshTokens.filter((one) => one.family === reused.family)) {
    const token = state.tokens.find((one) => one.id === relative.tokenId);
    if (token) revokeWithRefresh(state, token, "reuse");
  }
}
