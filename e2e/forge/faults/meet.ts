import { setTimeout as sleep } from "node:timers/promises";
import type { Host } from "@/e2e/forge/host";
import { presentedCredentials } from "@/e2e/forge/http/credentials";
import type { Exchange } from "@/e2e/forge/http/exchange";
import { html, json, type Reply, redirect } from "@/e2e/forge/http/reply";
import { discard, sendTruncated } from "@/e2e/forge/http/send";
import { revoke } from "@/e2e/forge/oauth/tokens";
import type { RestError } from "@/e2e/forge/rest/errors";
import { alreadyExists, tooMany, unreachable } from "@/e2e/forge/rest/hook-rules";
import type { Token } from "@/e2e/forge/state/model";
import type { FaultAction } from "./fault";

export type Fate = { done: true } | { done: false; reply: Reply | null };

/** What happens before the work: a wait, a cut, an answer instead, or a token that dies. */
export async function meetBefore(host: Host, exchange: Exchange, actions: FaultAction[]): Promise<Fate> {
  let reply: Reply | null = null;
  for (const action of actions) {
    if (action.kind === "delay" && action.when !== "after") await sleep(action.ms);
    if (action.kind === "drop" && action.when === "before") {
      exchange.request.socket.destroy();
      return { done: true };
    }
    spoilToken(host, exchange, action);
    if (action.kind === "disable_hook") disableHook(host, exchange.path);
    reply ??= insteadOfWork(exchange, action);
  }
  return { done: false, reply };
}

/** What happens to an answer once the work is done. */
export async function meetAfter(exchange: Exchange, reply: Reply, actions: FaultAction[]): Promise<Fate> {
  for (const action of actions) {
    if (action.kind === "delay" && action.when === "after") await sleep(action.ms);
    if (action.kind === "drop" && action.when === "after") {
      await discard(reply);
      exchange.request.socket.destroy();
      return { done: true };
    }
    if (action.kind === "truncate") {
      await sendTruncated(exchange.response, reply, action.bytes);
      return { done: true };
    }
    if (action.kind === "status" && action.when === "after") {
      await discard(reply);
      return { done: false, reply: statusReply(action) };
    }
  }
  return { done: false, reply };
}

function insteadOfWork(exchange: Exchange, action: FaultAction): Reply | null {
  switch (action.kind) {
    case "refuse_hook":
      return exchange.method === "POST" ? refusal(action.reason ?? "unreachable").toReply() : null;
    case "status":
      return action.when === "after" ? null : statusReply(action);
    case "rate_limit":
      return rateLimitReply(action);
    case "html":
      return html(
        action.status ?? 200,
        "<!doctype html><title>Unicorn!</title><h1>We are having a moment.</h1>",
      );
    case "redirect":
      return redirect(action.location, action.status ?? 302);
    default:
      return null;
  }
}

function statusReply(action: Extract<FaultAction, { kind: "status" }>): Reply {
  return json(action.status, action.body ?? { message: "Server Error" }, action.headers);
}

function rateLimitReply(action: Extract<FaultAction, { kind: "rate_limit" }>): Reply {
  const status = action.status ?? 403;
  if (action.secondary) {
    return json(
      status,
      {
        message: "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.",
        documentation_url:
          "https://docs.github.com/rest/overview/rate-limits-for-the-rest-api#about-secondary-rate-limits",
      },
      { "retry-after": String(action.retryAfterSeconds ?? 60) },
    );
  }
  const headers: Record<string, string> = {
    "x-ratelimit-limit": "5000",
    "x-ratelimit-remaining": "0",
    "x-ratelimit-used": "5000",
    "x-ratelimit-resource": "core",
    "x-ratelimit-reset": String(Math.floor(Date.now() / 1000) + (action.resetSeconds ?? 60)),
  };
  if (action.retryAfterSeconds !== undefined) headers["retry-after"] = String(action.retryAfterSeconds);
  return json(
    status,
    { message: "API rate limit exceeded for user.", documentation_url: RATE_DOCS },
    headers,
  );
}

function refusal(reason: "unreachable" | "exists" | "limit"): RestError {
  if (reason === "exists") return alreadyExists();
  return reason === "limit" ? tooMany("push") : unreachable("http://localhost");
}

function disableHook(host: Host, path: string): void {
  const id = Number(/\/hooks\/(\d+)/.exec(path)?.[1]);
  const hook = host.store.state.hooks.find((one) => one.id === id);
  if (!hook) return;
  hook.active = false;
  host.store.save();
}

const RATE_DOCS = "https://docs.github.com/rest/overview/resources-in-the-rest-api#rate-limiting";

function spoilToken(host: Host, exchange: Exchange, action: FaultAction): void {
  if (action.kind !== "revoke_token" && action.kind !== "expire_token" && action.kind !== "reduce_scopes")
    return;
  const token = tokenOf(host, exchange);
  if (!token) return;
  if (action.kind === "revoke_token") revoke(token, "fault");
  if (action.kind === "expire_token") token.expiresAt = Date.now() - 1;
  if (action.kind === "reduce_scopes") token.scopes = [...action.scopes];
  host.store.save();
}

function tokenOf(host: Host, exchange: Exchange): Token | undefined {
  const presented = presentedCredentials(exchange);
  const value =
    presented.kind === "bearer" ? presented.token : presented.kind === "basic" ? presented.password : "";
  return host.store.state.tokens.find((token) => token.token === value);
}
