import type { Host } from "@/e2e/forge/host";
import type { Exchange } from "@/e2e/forge/http/exchange";
import type { Reply } from "@/e2e/forge/http/reply";
import type { Viewer } from "@/e2e/forge/state/access";
import type { Account } from "@/e2e/forge/state/model";
import { badCredentials, needsAuthentication, RestError } from "./errors";

/** One REST request, with who makes it. */
export interface Call {
  host: Host;
  exchange: Exchange;
  viewer: Viewer;
  /** The path below the API's base, after old and numeric repository names were replaced. */
  path: string;
  params: Record<string, string>;
  query: URLSearchParams;
}

export type Handler = (call: Call) => Reply | Promise<Reply>;

export interface RestRoute {
  handler: Handler;
  /** The scopes any of which is enough; shown as X-Accepted-OAuth-Scopes. */
  accepts: string[];
}

export function param(call: Call, name: string): string {
  return call.params[name] ?? "";
}

export function requireUser(call: Call): Account {
  if (!call.viewer.user) throw needsAuthentication();
  if (!call.viewer.token) throw badCredentials();
  return call.viewer.user;
}

export function numberParam(call: Call, name: string): number {
  return Number.parseInt(param(call, name), 10);
}

/** The JSON object in the body; GitHub answers 400 for anything else. */
export async function readBody(call: Call): Promise<Record<string, unknown>> {
  const bytes = await call.exchange.body();
  if (bytes.length === 0) return {};
  const value = parse(bytes.toString("utf8"));
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new RestError(400, "Body should be a JSON object");
  }
  return value as Record<string, unknown>;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new RestError(400, "Problems parsing JSON");
  }
}
