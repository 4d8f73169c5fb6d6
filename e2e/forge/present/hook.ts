import type { Delivery } from "@/e2e/forge/hooks/deliveries";
import type { Host } from "@/e2e/forge/host";
import { fullName } from "@/e2e/forge/state/find";
import type { Hook, Repository } from "@/e2e/forge/state/model";

/** GitHub's "hook"; the secret is never shown again. */
export function hookView(host: Host, repository: Repository, hook: Hook) {
  const url = `${host.urls.api}/repos/${fullName(host.store.state, repository)}/hooks/${hook.id}`;
  return {
    type: "Repository",
    id: hook.id,
    name: "web",
    active: hook.active,
    events: hook.events,
    config: hookConfig(hook),
    updated_at: hook.updatedAt,
    created_at: hook.createdAt,
    url,
    test_url: `${url}/test`,
    ping_url: `${url}/pings`,
    deliveries_url: `${url}/deliveries`,
    last_response: hook.lastResponse,
  };
}

export function hookConfig(hook: Hook) {
  return {
    content_type: hook.contentType,
    insecure_ssl: hook.insecureSsl,
    url: hook.url,
    ...(hook.secret ? { secret: "********" } : {}),
  };
}

export function deliveryItem(delivery: Delivery) {
  return {
    id: delivery.id,
    guid: delivery.guid,
    delivered_at: delivery.deliveredAt,
    redelivery: delivery.redelivery,
    duration: delivery.duration,
    status: delivery.status,
    status_code: delivery.statusCode,
    event: delivery.event,
    action: delivery.action,
    installation_id: null,
    repository_id: delivery.repositoryId,
    throttled_at: null,
  };
}

export function deliveryView(delivery: Delivery) {
  return {
    ...deliveryItem(delivery),
    url: delivery.url,
    request: { headers: delivery.requestHeaders, payload: delivery.payload },
    response: { headers: delivery.responseHeaders, payload: delivery.responseBody },
  };
}
