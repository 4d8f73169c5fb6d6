import type { Host } from "@/e2e/forge/host";
import { findClient } from "@/e2e/forge/state/find";
import type { Client } from "@/e2e/forge/state/model";
import { parseScopes } from "./scopes";

export interface AuthorizationRequest {
  client: Client;
  redirectUri: string;
  scopes: string[];
  state: string | null;
  challenge: string | null;
  loginHint: string | null;
  selectAccount: boolean;
}

export type ReadRequest =
  | { ok: true; request: AuthorizationRequest }
  /** Nowhere to send the person back to. */
  | { ok: false; page: string }
  /** The client hears of it at its registered address. */
  | { ok: false; location: string };

/** Checks what a client asks before a person sees it (docs: "Authorizing OAuth apps"). */
export function readAuthorizationRequest(host: Host, query: URLSearchParams): ReadRequest {
  const client = findClient(host.store.state, query.get("client_id") ?? "");
  if (!client) return { ok: false, page: "There is no application with this client_id." };
  const registered = client.redirectUris[0];
  const redirectUri = query.get("redirect_uri") ?? registered;
  const state = query.get("state");
  if (!redirectUri || !registered) return { ok: false, page: "This application has no callback address." };
  if (!client.redirectUris.includes(redirectUri)) {
    return { ok: false, location: errorRedirect(registered, "redirect_uri_mismatch", MISMATCH, state) };
  }
  if (client.suspended) {
    return { ok: false, location: errorRedirect(registered, "application_suspended", SUSPENDED, state) };
  }
  const challenge = query.get("code_challenge");
  if (challenge !== null && !isS256(challenge, query.get("code_challenge_method"))) {
    return { ok: false, location: errorRedirect(redirectUri, "invalid_request", CHALLENGE, state) };
  }
  return {
    ok: true,
    request: {
      client,
      redirectUri,
      // A GitHub App has permissions instead: the parameter is ignored.
      scopes: client.type === "github_app" ? [] : parseScopes(query.get("scope")),
      state,
      challenge,
      loginHint: query.get("login"),
      selectAccount: query.get("prompt") === "select_account",
    },
  };
}

const MISMATCH = "The redirect_uri MUST match the registered callback URL for this application.";
const SUSPENDED = "Your application has been suspended. Contact support@github.com.";
const CHALLENGE = "The code_challenge must be 43 to 128 characters with code_challenge_method=S256.";
const DENIED = "The user has denied your application access.";
const DOCS = "https://docs.github.com/apps/managing-oauth-apps/troubleshooting-authorization-request-errors/";

export function deniedRedirect(redirectUri: string, state: string | null): string {
  return errorRedirect(redirectUri, "access_denied", DENIED, state);
}

function errorRedirect(target: string, error: string, description: string, state: string | null): string {
  return withQuery(target, {
    error,
    error_description: description,
    error_uri: `${DOCS}#${error.replaceAll("_", "-")}`,
    ...(state === null ? {} : { state }),
  });
}

export function withQuery(target: string, added: Record<string, string>): string {
  const url = new URL(target);
  for (const [name, value] of Object.entries(added)) url.searchParams.set(name, value);
  return url.toString();
}

function isS256(challenge: string, method: string | null): boolean {
  return method === "S256" && /^[A-Za-z0-9._~-]{43,128}$/.test(challenge);
}
