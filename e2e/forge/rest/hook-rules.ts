import { isIP } from "node:net";
import type { Host } from "@/e2e/forge/host";
import type { Hook } from "@/e2e/forge/state/model";
import { type RestError, type ValidationItem, validationFailed } from "./errors";

export type HookConfig = Pick<Hook, "url" | "contentType" | "insecureSsl" | "secret">;

/** "Up to 20 webhooks for each event" (docs: about webhooks). */
const HOOKS_PER_EVENT = 20;

const EVENTS = new Set([
  "*",
  "push",
  "create",
  "delete",
  "pull_request",
  "repository",
  "public",
  "status",
  "deployment",
  "deployment_status",
  "release",
  "check_run",
  "check_suite",
  "workflow_run",
  "issues",
  "issue_comment",
  "member",
  "fork",
  "watch",
  "star",
  "meta",
]);

export function readHookConfig(body: Record<string, unknown>): HookConfig {
  const config = body.config;
  if (typeof config !== "object" || config === null || Array.isArray(config)) {
    throw validationFailed({ resource: "Hook", code: "missing_field", field: "config" });
  }
  const {
    url,
    content_type: contentType,
    insecure_ssl: insecure,
    secret,
  } = config as Record<string, unknown>;
  if (typeof url !== "string" || url === "") throw hookError("Config must contain URL for webhooks");
  if (!/^https?:\/\//i.test(url) || !URL.canParse(url))
    throw hookError("url is not a valid http or https address");
  if (contentType !== undefined && contentType !== "json" && contentType !== "form") {
    throw hookError("content_type must be json or form");
  }
  return {
    url,
    contentType: contentType ?? "form",
    insecureSsl: String(insecure ?? "0") === "1" ? "1" : "0",
    secret: typeof secret === "string" && secret !== "" ? secret : null,
  };
}

export function checkEvents(events: string[]): string[] {
  if (events.length === 0) throw hookError("A webhook needs at least one event");
  const unknown = events.find((event) => !EVENTS.has(event));
  if (unknown === undefined) return [...new Set(events)];
  throw validationFailed({
    resource: "Hook",
    code: "custom",
    field: "events",
    message: `Invalid event: "${unknown}"`,
  });
}

/** All the ways in which github.com refuses a hook, each a 422 with its own sentence. */
export function refuseHook(host: Host, existing: Hook[], config: HookConfig, events: string[]): void {
  if (host.store.state.policy.hookTargets === "public" && !isPublic(config.url))
    throw unreachable(config.url);
  const twin = existing.find(
    (one) =>
      one.url === config.url &&
      one.contentType === config.contentType &&
      one.insecureSsl === config.insecureSsl &&
      overlap(one.events, events),
  );
  if (twin) throw alreadyExists();
  for (const event of events) {
    if (existing.filter((one) => one.events.includes(event)).length >= HOOKS_PER_EVENT) throw tooMany(event);
  }
}

export function unreachable(url: string): RestError {
  const { hostname } = new URL(url);
  return hookError(`url is not supported because it isn't reachable over the public Internet (${hostname})`);
}

export const alreadyExists = () => hookError("Hook already exists on this repository");
export const tooMany = (event: string) =>
  hookError(`The "${event}" event cannot have more than ${HOOKS_PER_EVENT} hooks`);

function overlap(some: string[], others: string[]): boolean {
  return some.includes("*") || others.includes("*") || some.some((event) => others.includes(event));
}

function hookError(message: string): RestError {
  const item: ValidationItem = { resource: "Hook", code: "custom", message };
  return validationFailed(item);
}

function isPublic(url: string): boolean {
  const name = new URL(url).hostname.replace(/^\[|\]$/g, "");
  if (name === "localhost" || name.endsWith(".localhost") || name.endsWith(".local")) return false;
  if (isIP(name) === 0) return true;
  return !/^(127\.|10\.|192\.168\.|169\.254\.|172\.(1[6-9]|2\d|3[01])\.|0\.|::1$|::$|f[cd]|fe80)/i.test(name);
}
