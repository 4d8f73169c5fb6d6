import { createHash, timingSafeEqual } from "node:crypto";
import { presentedCredentials } from "@/e2e/forge/http/credentials";
import { json, noContent, type Reply } from "@/e2e/forge/http/reply";
import { revokeGrant } from "@/e2e/forge/oauth/grants";
import { activeToken, issueToken, revoke, revokeWithRefresh } from "@/e2e/forge/oauth/tokens";
import { simpleUser } from "@/e2e/forge/present/account";
import { timestamp } from "@/e2e/forge/state/clock";
import { accountById, findClient } from "@/e2e/forge/state/find";
import type { Client, Token } from "@/e2e/forge/state/model";
import { type Call, param, readBody } from "./call";
import { needsAuthentication, notFound, validationFailed } from "./errors";

/** "Check a token": 404 unless it is valid and this client's. */
export async function checkToken(call: Call): Promise<Reply> {
  const client = authenticateClient(call);
  return json(200, authorizationView(call, client, await tokenInBody(call, client)));
}

/**
 * "Delete an app token": that one token ends, other tokens of the person stay. No document says that the refresh token which came with it
 * ends as well, so here it does not: a client that wants it gone has to see to that.
 */
export async function deleteToken(call: Call): Promise<Reply> {
  const token = await tokenInBody(call, authenticateClient(call));
  revoke(token, "revoked");
  call.host.store.save();
  return noContent();
}

/** "Delete an app authorization": every token of that person for this client ends. */
export async function deleteGrant(call: Call): Promise<Reply> {
  const client = authenticateClient(call);
  const token = await tokenInBody(call, client);
  revokeGrant(call.host, client, accountById(call.host.store.state, token.userId));
  return noContent();
}

/** "Reset a token": a new one in its place. */
export async function resetToken(call: Call): Promise<Reply> {
  const client = authenticateClient(call);
  const token = await tokenInBody(call, client);
  revokeWithRefresh(call.host.store.state, token, "revoked");
  const issued = issueToken(call.host, client, token.userId, token.scopes);
  call.host.store.save();
  return json(200, authorizationView(call, client, issued.token));
}

function authenticateClient(call: Call): Client {
  const presented = presentedCredentials(call.exchange);
  if (presented.kind !== "basic") throw needsAuthentication();
  const client = findClient(call.host.store.state, param(call, "client"));
  if (!client || client.clientId !== presented.user || !secretFits(client, presented.password))
    throw notFound();
  return client;
}

export function secretFits(client: Client, secret: string): boolean {
  const given = createHash("sha256").update(secret).digest();
  return client.secrets.some((one) => timingSafeEqual(createHash("sha256").update(one).digest(), given));
}

async function tokenInBody(call: Call, client: Client): Promise<Token> {
  const { access_token: value } = await readBody(call);
  if (typeof value !== "string" || value === "") {
    throw validationFailed({ resource: "OauthAccess", code: "missing_field", field: "access_token" });
  }
  const token = activeToken(call.host.store.state, value);
  if (!token || token.clientId !== client.clientId) throw notFound();
  return token;
}

function authorizationView(call: Call, client: Client, token: Token) {
  const { host } = call;
  return {
    id: token.id,
    url: `${host.urls.api}/authorizations/${token.id}`,
    app: { name: client.name, url: client.redirectUris[0] ?? host.urls.web, client_id: client.clientId },
    token: token.token,
    hashed_token: createHash("sha256").update(token.token).digest("hex"),
    token_last_eight: token.token.slice(-8),
    note: null,
    note_url: null,
    created_at: token.createdAt,
    updated_at: token.createdAt,
    scopes: token.scopes,
    fingerprint: null,
    expires_at: token.expiresAt === null ? null : timestamp(token.expiresAt),
    user: simpleUser(host.urls, accountById(host.store.state, token.userId)),
  };
}
