import { parcelForClient } from "@/e2e/forge/hooks/parcels";
import type { Host } from "@/e2e/forge/host";
import { simpleUser } from "@/e2e/forge/present/account";
import type { Account, Client } from "@/e2e/forge/state/model";
import { expandScopes, normalizeScopes } from "./scopes";
import { revokeWithRefresh } from "./tokens";

/** Adds to what a person has consented to. */
export function rememberGrant(host: Host, client: Client, userId: number, scopes: string[]): void {
  const { state } = host.store;
  const grant = state.grants.find((one) => one.userId === userId && one.clientId === client.clientId);
  if (grant) grant.scopes = normalizeScopes([...grant.scopes, ...scopes]);
  else state.grants.push({ userId, clientId: client.clientId, scopes });
}

/** Whether the person has already consented to all of this. */
export function isGranted(host: Host, client: Client, userId: number, scopes: string[]): boolean {
  const grant = host.store.state.grants.find(
    (one) => one.userId === userId && one.clientId === client.clientId,
  );
  if (!grant) return false;
  const had = expandScopes(grant.scopes);
  return scopes.every((scope) => had.has(scope));
}

/**
 * The person takes back their consent: all tokens end at once, and a GitHub App hears of it at its own
 * webhook (`github_app_authorization`); an OAuth App hears nothing.
 */
export function revokeGrant(host: Host, client: Client, user: Account): void {
  const { state } = host.store;
  state.grants = state.grants.filter((one) => one.userId !== user.id || one.clientId !== client.clientId);
  for (const token of state.tokens) {
    if (token.userId === user.id && token.clientId === client.clientId)
      revokeWithRefresh(state, token, "grant_revoked");
  }
  host.store.save();
  if (client.type !== "github_app") return;
  const payload = { action: "revoked", sender: simpleUser(host.urls, user) };
  const parcel = parcelForClient(client, "github_app_authorization", "revoked", payload);
  if (parcel) host.deliveries.send(parcel);
}
