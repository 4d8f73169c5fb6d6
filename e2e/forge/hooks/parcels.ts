import type { Host } from "@/e2e/forge/host";
import type { Client, Hook, Repository } from "@/e2e/forge/state/model";
import type { Parcel } from "./deliveries";

/** Gives an event to every active hook of the repository that asked for it. */
export function sendToHooks(
  host: Host,
  repository: Repository,
  event: string,
  payload: unknown,
  action: string | null = null,
): void {
  for (const hook of host.store.state.hooks) {
    if (hook.repositoryId !== repository.id || !hook.active) continue;
    if (hook.events.includes("*") || hook.events.includes(event)) {
      host.deliveries.send(parcelForHook(hook, event, action, payload));
    }
  }
}

export function parcelForHook(hook: Hook, event: string, action: string | null, payload: unknown): Parcel {
  return {
    hookId: hook.id,
    repositoryId: hook.repositoryId,
    url: hook.url,
    contentType: hook.contentType,
    secret: hook.secret,
    insecureSsl: hook.insecureSsl === "1",
    event,
    action,
    payload,
    targetType: "repository",
    targetId: hook.repositoryId,
  };
}

export function parcelForClient(
  client: Client,
  event: string,
  action: string | null,
  payload: unknown,
): Parcel | null {
  if (!client.webhook) return null;
  return {
    hookId: null,
    repositoryId: null,
    url: client.webhook.url,
    contentType: "json",
    secret: client.webhook.secret,
    insecureSsl: false,
    event,
    action,
    payload,
    targetType: "integration",
    targetId: client.appId,
  };
}
