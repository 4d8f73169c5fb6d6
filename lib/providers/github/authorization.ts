import { z } from "zod";
import { ClientRejected, ProviderRejected, ProviderUnauthorized } from "@/lib/providers/errors";
import { badAnswer, GitHubRefusal } from "@/lib/providers/github/answer";
import { type Answer, callApi, callWith, parseAnswer } from "@/lib/providers/github/api";
import { readClientEvent } from "@/lib/providers/github/client-event";
import { listInstallations } from "@/lib/providers/github/installations";
import { missingPermissions, PERMISSIONS } from "@/lib/providers/github/permissions";
import { CHOICES, missingScopes, parseScopes, SCOPES } from "@/lib/providers/github/scopes";
import { exchangeCode, exchangeRefreshToken, proveClient } from "@/lib/providers/github/token-endpoint";
import type { Instance, OAuthAuthorization } from "@/lib/providers/provider";
import type { Secret } from "@/lib/secret";

const user = z.object({ id: z.number().int().positive(), login: z.string(), name: z.string().nullish() });
/** No code has this form, so trying it can only tell whether our client is accepted. */
const IMPOSSIBLE = { code: "0".repeat(20), verifier: "0".repeat(43) };

export const authorization: OAuthAuthorization = {
  kind: "oauth",
  scopes: SCOPES,
  choices: CHOICES,
  missingScopes,
  permissions: PERMISSIONS,
  missingPermissions,

  authorizeUrl(instance, { state, challenge, redirectUri, scopes, login }) {
    const url = new URL(`${instance.origin}/login/oauth/authorize`);
    url.search = new URLSearchParams({
      client_id: instance.clientId,
      redirect_uri: redirectUri,
      state,
      code_challenge: challenge,
      code_challenge_method: "S256",
      // A GitHub App has permissions instead of scopes.
      ...(instance.clientType === "oauth_app" ? { scope: scopes.join(" ") } : {}),
      ...(login === null ? { prompt: "select_account" } : { login }),
    }).toString();
    return url;
  },

  exchange: exchangeCode,
  refresh: exchangeRefreshToken,

  async identify(grant) {
    const answer = await callWith(grant, { route: "GET /user" });
    const found = parseAnswer(user, answer.data);
    return {
      account: { id: String(found.id), login: found.login, name: found.name ?? null },
      scopes: parseScopes(String(answer.headers["x-oauth-scopes"] ?? "")),
      installations: grant.instance.clientType === "github_app" ? await listInstallations(grant) : null,
    };
  },

  async checkToken(instance, secret, token) {
    const route = "POST /applications/{client_id}/token";
    return (await aboutToken(instance, secret, token, route)) ? "alive" : "dead";
  },

  /** The token, not the grant: deleting the grant would kill the same person's tokens in every other project. */
  async revokeToken(instance, secret, token) {
    const route = "DELETE /applications/{client_id}/token";
    return (await aboutToken(instance, secret, token, route)) ? "done" : "already_gone";
  },

  readClientEvent,

  async testClient(instance, secret, redirectUri) {
    try {
      await exchangeCode(instance, secret, { ...IMPOSSIBLE, redirectUri });
    } catch (error) {
      if (error instanceof ProviderRejected && error.reason === "invalid_grant") return;
      throw error;
    }
    throw badAnswer();
  },
};

/**
 * The calls that the client itself makes about one of its tokens. Null: GitHub knows no such token. It gives the same answer to a
 * client that it does not accept, so that the client is proven before anything is believed about the token.
 */
async function aboutToken(
  instance: Instance,
  secret: Secret,
  token: Secret,
  route: string,
): Promise<Answer | null> {
  const basic = Buffer.from(`${instance.clientId}:${secret.reveal()}`).toString("base64");
  try {
    return await callApi({
      apiUrl: instance.apiUrl,
      authorization: `Basic ${basic}`,
      route,
      parameters: { client_id: instance.clientId, access_token: token.reveal() },
    });
  } catch (error) {
    if (error instanceof GitHubRefusal && (error.status === 404 || error.status === 422)) {
      await proveClient(instance, secret);
      return null;
    }
    if (error instanceof ProviderUnauthorized) {
      throw new ClientRejected("GitHub does not accept this client id and secret.");
    }
    throw error;
  }
}
