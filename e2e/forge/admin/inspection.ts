import { randomUUID } from "node:crypto";
import { parcelForHook } from "@/e2e/forge/hooks/parcels";
import type { Host } from "@/e2e/forge/host";
import { send } from "@/e2e/forge/plain/announce";
import { timestamp } from "@/e2e/forge/state/clock";
import { requireRepository } from "@/e2e/forge/state/find";
import type { Hook } from "@/e2e/forge/state/model";
import type { ForgeAdmin } from "./admin";

type Inspection = Pick<
  ForgeAdmin,
  | "hooks"
  | "disableHook"
  | "deleteHook"
  | "deliveries"
  | "redeliver"
  | "deliveriesIdle"
  | "requests"
  | "clearRequests"
  | "issuedSecrets"
  | "fault"
  | "faults"
  | "clearFaults"
  | "setPolicy"
  | "setRateLimits"
>;

export function inspectionAdmin(host: Host): Inspection {
  const { state, save } = host.store;
  return {
    hooks: async (name) =>
      state.hooks.filter((one) => one.repositoryId === requireRepository(state, name).id),
    async disableHook(id) {
      const hook = requireHook(host, id);
      hook.active = false;
      hook.updatedAt = timestamp();
      save();
    },
    async deleteHook(id) {
      requireHook(host, id);
      state.hooks = state.hooks.filter((one) => one.id !== id);
      save();
    },
    async deliveries(filter = {}) {
      const repositoryId =
        filter.repository === undefined ? undefined : requireRepository(state, filter.repository).id;
      return host.deliveries
        .all()
        .filter((one) => repositoryId === undefined || one.repositoryId === repositoryId)
        .filter((one) => filter.event === undefined || one.event === filter.event)
        .filter((one) => filter.hookId === undefined || one.hookId === filter.hookId);
    },
    async redeliver(id, order = {}) {
      const delivery = host.deliveries.all().find((one) => one.id === id);
      if (!delivery || delivery.hookId === null)
        throw new Error(`There is no hook delivery with the id ${id}.`);
      const again = { guid: order.newGuid ? randomUUID() : delivery.guid };
      const plain = state.plainHooks.find((one) => one.id === delivery.hookId);
      if (plain) return send(host, plain, delivery.event, delivery.payload, again);
      const parcel = parcelForHook(
        requireHook(host, delivery.hookId),
        delivery.event,
        delivery.action,
        delivery.payload,
      );
      host.deliveries.send(parcel, again);
    },
    deliveriesIdle: () => host.deliveries.idle(),
    async requests(filter = {}) {
      return host.requests
        .all()
        .filter((one) => filter.method === undefined || one.method === filter.method)
        .filter((one) => filter.path === undefined || one.path.startsWith(filter.path));
    },
    clearRequests: async () => host.requests.clear(),
    issuedSecrets: async () => [...state.secrets],
    fault: async (order) => host.faults.order(order),
    faults: async () => host.faults.all(),
    clearFaults: async () => host.faults.clear(),
    async setPolicy(policy) {
      Object.assign(state.policy, policy);
      save();
      return { ...state.policy };
    },
    setRateLimits: async (limits) => host.limits.configure(limits),
  };
}

function requireHook(host: Host, id: number): Hook {
  const hook = host.store.state.hooks.find((one) => one.id === id);
  if (!hook) throw new Error(`There is no hook with the id ${id}.`);
  return hook;
}
