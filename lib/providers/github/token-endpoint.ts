import {
  allowInsecureRequests,
  authorizationCodeGrant,
  ClientSecretPost,
  Configuration,
  customFetch,
  genericGrantRequest,
  refreshTokenGrant,
  type TokenEndpointResponse,
} from "openid-client";
import { ClientRejected, ProviderRejected, ProviderUnavailable } from "@/lib/providers/errors";
import { badAnswer, retryAfter, unreachable } from "@/lib/providers/github/answer";
import { providerFetch, TOKEN_LIMITS } from "@/lib/providers/github/fetch";
import { parseScopes } from "@/lib/providers/github/scopes";
import type { Instance, TokenSet } from "@/lib/providers/provider";
import { Secret } from "@/lib/secret";

const YEAR_SECONDS = 366 * 24 * 3600;

/** Trades a code for tokens [RFC 6749 section 4.1.3, RFC 7636]. Called once for a code, never retried. */
export function exchangeCode(
  instance: Instance,
  secret: Secret,
  p: { code: string; verifier: string; redirectUri: string },
): Promise<TokenSet> {
  // State was compared before, in the database: the library sees only what it needs for the exchange.
  const returned = new URL(p.redirectUri);
  returned.searchParams.set("code", p.code);
  return asking((ears) =>
    authorizationCodeGrant(configure(instance, secret, ears), returned, { pkceCodeVerifier: p.verifier }),
  );
}

/** No code has this form, so trying it can only tell whether our client is accepted. */
const IMPOSSIBLE = { code: "0".repeat(20), code_verifier: "0".repeat(43) };

/** Proves that GitHub accepts the client id and secret, whatever callback is registered. Throws ClientRejected. */
export async function proveClient(instance: Instance, secret: Secret): Promise<void> {
  try {
    await asking((ears) =>
      genericGrantRequest(configure(instance, secret, ears), "authorization_code", IMPOSSIBLE),
    );
  } catch (error) {
    if (error instanceof ProviderRejected && error.reason === "invalid_grant") return;
    throw error;
  }
  throw badAnswer();
}

/** Trades a refresh token [RFC 6749 section 6]. */
export const exchangeRefreshToken = (instance: Instance, secret: Secret, token: Secret): Promise<TokenSet> =>
  asking((ears) => refreshTokenGrant(configure(instance, secret, ears), token.reveal()));

/** What was heard on the wire: the library wraps it in errors of its own. */
type Ears = { failure: Error | null };

async function asking(ask: (ears: Ears) => Promise<TokenEndpointResponse>): Promise<TokenSet> {
  const ears: Ears = { failure: null };
  try {
    return toTokenSet(await ask(ears));
  } catch (error) {
    if (isOurs(error)) throw error;
    throw ears.failure ?? (isTimeout(error) ? unreachable(error) : badAnswer());
  }
}

const isOurs = (error: unknown) =>
  error instanceof ProviderUnavailable ||
  error instanceof ProviderRejected ||
  error instanceof ClientRejected;

const isTimeout = (error: unknown) =>
  error instanceof Error && "code" in error && /TIMEOUT|ABORT/.test(String(error.code));

function configure(instance: Instance, secret: Secret, ears: Ears): Configuration {
  const server = {
    issuer: instance.origin,
    authorization_endpoint: `${instance.origin}/login/oauth/authorize`,
    token_endpoint: `${instance.origin}/login/oauth/access_token`,
  };
  const config = new Configuration(server, instance.clientId, {}, ClientSecretPost(secret.reveal()));
  config.timeout = TOKEN_LIMITS.timeoutMs / 1000;
  const ask = providerFetch(instance.origin, TOKEN_LIMITS);
  config[customFetch] = (url, options) =>
    listen(
      ask,
      url,
      { method: options.method, headers: options.headers, body: options.body as string },
      ears,
    );
  if (instance.origin.startsWith("http://")) allowInsecureRequests(config);
  return config;
}

async function listen(
  ask: ReturnType<typeof providerFetch>,
  url: string,
  init: RequestInit,
  ears: Ears,
): Promise<Response> {
  try {
    return await judge(await ask(url, init));
  } catch (error) {
    ears.failure = isOurs(error) && error instanceof Error ? error : unreachable(error);
    throw ears.failure;
  }
}

/** Hands on a success; everything else becomes one of our errors, the reasons inside HTTP 200 included. */
async function judge(response: Response): Promise<Response> {
  if (response.status >= 500 || response.status === 429) {
    const cause = response.status === 429 ? "rate_limited" : "server_error";
    const retryAt = retryAfter({ "retry-after": response.headers.get("retry-after") ?? undefined });
    throw new ProviderUnavailable(`GitHub answered ${response.status}.`, cause, retryAt);
  }
  const text = await response.text();
  const body = parseObject(text);
  const isError = typeof body?.error === "string";
  // A page of HTML with the same status is some proxy's word, not GitHub's.
  const isRefused = body !== null && (response.status === 404 || response.status === 401);
  if (isError || isRefused) throw refusal(String(body?.error ?? ""));
  if (response.status !== 200 || !body) throw badAnswer();
  return Response.json(body);
}

function parseObject(text: string): Record<string, unknown> | null {
  try {
    const body: unknown = JSON.parse(text);
    return typeof body === "object" && body !== null ? (body as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

/** GitHub's reasons [GitHub docs, "Troubleshooting OAuth app access token request errors"]. Their texts are not repeated. */
function refusal(code: string): Error {
  switch (code) {
    case "bad_verification_code":
    case "bad_refresh_token":
    case "invalid_grant":
      return new ProviderRejected("invalid_grant", "GitHub no longer accepts this code.");
    case "unverified_user_email":
      return new ProviderRejected("unverified_email", "The GitHub account has no verified email address.");
    case "application_suspended":
      return new ClientRejected("GitHub has suspended this client.");
    case "unsupported_grant_type":
      return new ClientRejected("GitHub does not let this client refresh tokens.");
    case "redirect_uri_mismatch":
      return new ClientRejected("GitHub has another callback address registered for this client.");
    case "slow_down":
      return new ProviderUnavailable("GitHub limits how often it may be asked.", "rate_limited");
    case "incorrect_client_credentials":
    case "invalid_client":
    case "unauthorized_client":
    case "Not Found":
    case "":
      return new ClientRejected("GitHub does not accept this client id and secret.");
    default:
      return new ProviderRejected("refused", "GitHub refused the authorization.");
  }
}

function toTokenSet(answer: TokenEndpointResponse): TokenSet {
  if (answer.token_type !== "bearer" || !answer.access_token) throw badAnswer();
  return {
    accessToken: new Secret(answer.access_token),
    refreshToken: answer.refresh_token ? new Secret(answer.refresh_token) : null,
    accessExpiresIn: clampSeconds(answer.expires_in),
    refreshExpiresIn: clampSeconds(answer.refresh_token_expires_in),
    scopes: parseScopes(answer.scope ?? ""),
  };
}

/** Between a second and a year; nothing when the provider promises no end. */
function clampSeconds(value: unknown): number | null {
  if (value === undefined || value === null) return null;
  const seconds = Number(value);
  if (!Number.isFinite(seconds)) throw badAnswer();
  return Math.min(Math.max(Math.floor(seconds), 1), YEAR_SECONDS);
}
