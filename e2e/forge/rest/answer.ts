import { createHash } from "node:crypto";
import type { Host } from "@/e2e/forge/host";
import { presentedCredentials } from "@/e2e/forge/http/credentials";
import type { Exchange } from "@/e2e/forge/http/exchange";
import { ANONYMOUS, type Quota, type Resource } from "@/e2e/forge/http/rate-limits";
import type { Reply } from "@/e2e/forge/http/reply";
import { NOBODY, viewerOfToken } from "@/e2e/forge/http/viewer";
import { normalizeScopes } from "@/e2e/forge/oauth/scopes";
import type { Viewer } from "@/e2e/forge/state/access";
import { timestamp } from "@/e2e/forge/state/clock";
import { fingerprint, randomHex } from "@/e2e/forge/state/random";
import type { Call, RestRoute } from "./call";
import { badCredentials, notFound, RestError } from "./errors";
import { withoutNumericName } from "./repository-access";
import { restRoutes } from "./table";
import { SERVER_VERSION } from "./version";

/** One REST request from credentials to headers. Errors become GitHub's bodies; nothing is thrown. */
export async function answerRest(host: Host, exchange: Exchange): Promise<Reply> {
  const resource: Resource = exchange.path.startsWith("/api/v3/search/") ? "search" : "core";
  try {
    const viewer = viewerOf(host, exchange);
    const caller = viewer.token ? fingerprint(viewer.token.token) : ANONYMOUS;
    const quota = host.limits.look(caller, resource);
    const { route, call } = find(host, exchange, viewer);
    const free = call.path === "/rate_limit" || call.path === "/meta";
    const reply = free || quota.used < quota.limit ? await run(route, call) : limitReached(viewer);
    const final = withEtag(exchange, reply);
    const counted = free || final.status === 304 ? quota : host.limits.count(caller, resource);
    return { ...final, headers: { ...commonHeaders(viewer, route, counted, resource), ...final.headers } };
  } catch (error) {
    if (!(error instanceof RestError)) throw error;
    const quota = host.limits.look(ANONYMOUS, resource);
    const reply = error.toReply();
    return { ...reply, headers: { ...commonHeaders(NOBODY, null, quota, resource), ...reply.headers } };
  }
}

function viewerOf(host: Host, exchange: Exchange): Viewer {
  const presented = presentedCredentials(exchange);
  // The application endpoints authenticate the client itself; they read the header on their own.
  if (exchange.path.startsWith("/api/v3/applications/")) return NOBODY;
  if (presented.kind === "none") return NOBODY;
  if (presented.kind === "unreadable") throw badCredentials();
  const viewer = viewerOfToken(host, presented.kind === "bearer" ? presented.token : presented.password);
  if (!viewer) throw badCredentials();
  if (viewer.user?.suspended) throw new RestError(403, "Sorry. Your account was suspended.");
  return viewer;
}

function find(host: Host, exchange: Exchange, viewer: Viewer): { route: RestRoute; call: Call } {
  const asked = exchange.path.slice("/api/v3".length) || "/";
  const path = withoutNumericName({ host, path: asked });
  const match = restRoutes.match(exchange.method, path);
  if (match === null || match === "method") throw notFound();
  const call: Call = { host, exchange, viewer, path, params: match.params, query: exchange.query };
  return { route: match.target, call };
}

async function run(route: RestRoute, call: Call): Promise<Reply> {
  try {
    return await route.handler(call);
  } catch (error) {
    if (error instanceof RestError) return error.toReply();
    throw error;
  }
}

function limitReached(viewer: Viewer): Reply {
  const who = viewer.user ? `user ID ${viewer.user.id}` : "127.0.0.1";
  return new RestError(403, `API rate limit exceeded for ${who}.`).toReply();
}

/** A conditional request that finds nothing new costs nothing (docs: best practices, conditional requests). */
function withEtag(exchange: Exchange, reply: Reply): Reply {
  if (exchange.method !== "GET" || reply.status !== 200 || typeof reply.body !== "string") return reply;
  const etag = `W/"${createHash("sha256")
    .update(reply.body)
    .update(reply.headers.link ?? "")
    .digest("hex")}"`;
  const headers = { ...reply.headers, etag, "cache-control": "private, max-age=60, s-maxage=60" };
  const known = (exchange.header("if-none-match") ?? "")
    .split(",")
    .map((one) => one.trim().replace(/^W\//, ""));
  if (!known.includes(etag.slice(2)) && !known.includes("*")) return { ...reply, headers };
  return { status: 304, headers, body: null };
}

function commonHeaders(viewer: Viewer, route: RestRoute | null, quota: Quota, resource: Resource) {
  const headers: Record<string, string> = {
    "x-github-request-id": `${randomHex(2)}:${randomHex(3)}:${randomHex(3)}:${randomHex(4)}`.toUpperCase(),
    "x-github-media-type": "github.v3; format=json",
    "x-github-enterprise-version": SERVER_VERSION,
    "x-github-api-version-selected": "2022-11-28",
    "x-ratelimit-limit": String(quota.limit),
    "x-ratelimit-remaining": String(quota.limit - quota.used),
    "x-ratelimit-used": String(quota.used),
    "x-ratelimit-reset": String(quota.reset),
    "x-ratelimit-resource": resource,
    vary: "Accept, Authorization, Cookie, X-GitHub-OTP",
  };
  const { token, client } = viewer;
  if (!token) return headers;
  if (client?.type !== "github_app") {
    headers["x-oauth-scopes"] = normalizeScopes(token.scopes).join(", ");
    headers["x-accepted-oauth-scopes"] = (route?.accepts ?? []).join(", ");
  }
  if (client) headers["x-oauth-client-id"] = client.clientId;
  if (token.expiresAt !== null) {
    const expires = timestamp(token.expiresAt).replace("T", " ").replace("Z", " UTC");
    headers["github-authentication-token-expiration"] = expires;
  }
  return headers;
}
