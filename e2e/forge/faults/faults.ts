import type { Fault, FaultAction, FaultOrder } from "./fault";

export interface Faults {
  order(fault: FaultOrder): Fault;
  /** The actions that this request meets; each counts as met. */
  take(method: string, path: string): FaultAction[];
  all(): Fault[];
  clear(): void;
}

export function makeFaults(): Faults {
  let faults: Fault[] = [];
  let nextId = 1;
  return {
    order(order) {
      if (!order?.match?.path || !order.action?.kind) {
        throw new Error('A fault needs { "match": { "path": "…" }, "action": { "kind": "…" } }.');
      }
      const fault = { ...order, id: nextId++, met: 0 };
      faults.push(fault);
      return fault;
    },
    take(method, path) {
      const met: FaultAction[] = [];
      for (const fault of faults) {
        if (!fits(fault, method, path)) continue;
        fault.met += 1;
        const position = fault.met - (fault.skip ?? 0);
        const count = fault.count ?? 1;
        if (position > 0 && (count === "always" || position <= count)) met.push(fault.action);
      }
      return met;
    },
    all: () => faults.map((fault) => ({ ...fault })),
    clear: () => {
      faults = [];
    },
  };
}

function fits(fault: Fault, method: string, path: string): boolean {
  const wanted = fault.match.method;
  if (wanted && wanted.toUpperCase() !== method.toUpperCase()) return false;
  return glob(fault.match.path).test(path);
}

function glob(pattern: string): RegExp {
  const source = pattern
    .split(/(\*\*|\*)/)
    .map((part) =>
      part === "**" ? ".*" : part === "*" ? "[^/]*" : part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"),
    )
    .join("");
  return new RegExp(`^${source}$`);
}
