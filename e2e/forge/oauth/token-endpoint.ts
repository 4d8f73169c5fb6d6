import type { Host } from "@/e2e/forge/host";
import type { Exchange } from "@/e2e/forge/http/exchange";
import { json, type Reply, text } from "@/e2e/forge/http/reply";
import { secretFits } from "@/e2e/forge/rest/applications";
import { accountById, findClient } from "@/e2e/forge/state/find";
import type { Client } from "@/e2e/forge/state/model";
import { consumeCode } from "./codes";
import { refresh } from "./refresh";
import { type Issued, issueToken, REFRESH_TOKEN_SECONDS, USER_TOKEN_SECONDS } from "./tokens";

type Answer = Record<string, string | number>;

/** POST /login/oauth/access_token: GitHub answers errors with status 200, in the form that Accept asks for. */
export async function exchangeToken(host: Host, exchange: Exchange): Promise<Reply> {
  const parameters = await readParameters(exchange);
  const client = findClient(host.store.state, parameters.get("client_id") ?? "");
  if (!client) return json(404, { error: "Not Found" });
  const answer = secretFits(client, parameters.get("client_secret") ?? "")
    ? grantToken(host, client, parameters)
    : oauthError("incorrect_client_credentials", "The client_id and/or client_secret passed are incorrect.");
  return format(exchange, answer);
}

function grantToken(host: Host, client: Client, parameters: URLSearchParams): Answer {
  const type = parameters.get("grant_type") ?? "authorization_code";
  if (type === "authorization_code") return exchangeCode(host, client, parameters);
  if (type === "refresh_token" && client.type === "github_app") {
    const issued = refresh(host, client, parameters.get("refresh_token") ?? "");
    return issued
      ? success(client, issued)
      : oauthError("bad_refresh_token", "The refresh token passed is incorrect or expired.");
  }
  return oauthError(
    "unsupported_grant_type",
    "The grant_type is missing or is not supported for this application.",
  );
}

function exchangeCode(host: Host, client: Client, parameters: URLSearchParams): Answer {
  const redirectUri = parameters.get("redirect_uri");
  const pending = host.store.state.codes.find((one) => one.code === parameters.get("code"));
  if (redirectUri !== null && pending && pending.redirectUri !== redirectUri) {
    return oauthError(
      "redirect_uri_mismatch",
      "The redirect_uri MUST match the registered callback URL for this application.",
    );
  }
  const code = consumeCode(host, client, parameters.get("code") ?? "", parameters.get("code_verifier"));
  if (!code || accountById(host.store.state, code.userId).suspended) {
    return oauthError("bad_verification_code", "The code passed is incorrect or expired.");
  }
  const issued = issueToken(host, client, code.userId, code.scopes);
  host.store.save();
  return success(client, issued);
}

function success(client: Client, issued: Issued): Answer {
  const { token, refreshToken } = issued;
  if (client.type === "oauth_app" || refreshToken === null) {
    return { access_token: token.token, scope: token.scopes.join(","), token_type: "bearer" };
  }
  return {
    access_token: token.token,
    expires_in: USER_TOKEN_SECONDS,
    refresh_token: refreshToken,
    refresh_token_expires_in: REFRESH_TOKEN_SECONDS,
    scope: "",
    token_type: "bearer",
  };
}

const DOCS =
  "https://docs.github.com/apps/managing-oauth-apps/troubleshooting-oauth-app-access-token-request-errors/";

function oauthError(error: string, description: string): Answer {
  return { error, error_description: description, error_uri: `${DOCS}#${error.replaceAll("_", "-")}` };
}

async function readParameters(exchange: Exchange): Promise<URLSearchParams> {
  const body = (await exchange.body()).toString("utf8");
  const merged = new URLSearchParams(exchange.query);
  const sent = exchange.header("content-type")?.includes("json") ? fromJson(body) : new URLSearchParams(body);
  for (const [name, value] of sent) merged.set(name, value);
  return merged;
}

function fromJson(body: string): URLSearchParams {
  try {
    const value: unknown = JSON.parse(body);
    if (typeof value !== "object" || value === null) return new URLSearchParams();
    return new URLSearchParams(Object.entries(value).map(([name, one]) => [name, String(one)]));
  } catch {
    return new URLSearchParams();
  }
}

function format(exchange: Exchange, answer: Answer): Reply {
  const headers = { "cache-control": "max-age=0, private, must-revalidate" };
  if (exchange.header("accept")?.includes("json")) return json(200, answer, headers);
  const form = new URLSearchParams(Object.entries(answer).map(([name, value]) => [name, String(value)]));
  return text(200, form.toString(), {
    "content-type": "application/x-www-form-urlencoded; charset=utf-8",
    ...headers,
  });
}
