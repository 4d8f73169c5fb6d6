import type { Delivery } from "@/e2e/forge/hooks/deliveries";
import { parcelForHook } from "@/e2e/forge/hooks/parcels";
import { json, noContent, type Reply } from "@/e2e/forge/http/reply";
import { deliveryItem, deliveryView } from "@/e2e/forge/present/hook";
import type { Hook } from "@/e2e/forge/state/model";
import { type Call, numberParam } from "./call";
import { notFound } from "./errors";
import { hookOf } from "./hooks";
import { pageUrl, pageWindow } from "./pages";

/** Newest first; the next page is found by a cursor, not by a number. */
export function listDeliveries(call: Call): Reply {
  const { hook } = hookOf(call);
  const all = deliveriesOf(call, hook).reverse();
  const { perPage } = pageWindow(call);
  const cursor = Number(call.query.get("cursor") ?? Number.MAX_SAFE_INTEGER);
  const rest = all.filter((one) => one.id <= cursor);
  const next = rest[perPage];
  const headers = next ? { link: `<${pageUrl(call, { cursor: next.id })}>; rel="next"` } : undefined;
  return json(200, rest.slice(0, perPage).map(deliveryItem), headers);
}

export function getDelivery(call: Call): Reply {
  return json(200, deliveryView(deliveryOf(call).delivery));
}

/** The same body under the same id, signed with the hook's secret of today. */
export function redeliver(call: Call): Reply {
  const { hook, delivery } = deliveryOf(call);
  const parcel = parcelForHook(hook, delivery.event, delivery.action, delivery.payload);
  call.host.deliveries.send(parcel, { guid: delivery.guid });
  return { ...noContent(202), headers: { "content-type": "application/json" }, body: "{}" };
}

function deliveryOf(call: Call): { hook: Hook; delivery: Delivery } {
  const { hook } = hookOf(call);
  const delivery = deliveriesOf(call, hook).find((one) => one.id === numberParam(call, "delivery"));
  if (!delivery) throw notFound();
  return { hook, delivery };
}

function deliveriesOf(call: Call, hook: Hook): Delivery[] {
  return call.host.deliveries.all().filter((one) => one.hookId === hook.id);
}
