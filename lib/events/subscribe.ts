import { listen, type Subscription } from "@/db";
import { CONSOLE_CHANNEL, type ConsoleEvent, parseEvent } from "@/lib/events/announce";

/** `missed`: the connection was away for a while, so anything may have changed. */
export type Heard = ConsoleEvent | { kind: "missed" };
type Listener = (event: Heard) => void;
type Hub = { byProject: Map<string, Set<Listener>>; subscription: Subscription };

// Next bundles routes apart: one connection for a process has to live outside of modules.
const KEY = Symbol.for("skytells.console.events");
const globals = globalThis as unknown as Record<symbol, Hub | undefined>;

/**
 * Calls back for every event of one project until the returned function is called. All subscribers of a process share
 * one connection to the database, which is opened for the first of them.
 */
export function subscribe(projectId: string, listener: Listener): () => void {
  const hub = openHub();
  const listeners = hub.byProject.get(projectId) ?? new Set();
  hub.byProject.set(projectId, listeners.add(listener));
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0 && hub.byProject.get(projectId) === listeners) hub.byProject.delete(projectId);
  };
}

/** Closes the shared connection: for a process that stops. */
export async function closeEvents(): Promise<void> {
  const hub = globals[KEY];
  globals[KEY] = undefined;
  await hub?.subscription.close();
}

function openHub(): Hub {
  const existing = globals[KEY];
  if (existing) return existing;
  const byProject: Hub["byProject"] = new Map();
  let isFirst = true;
  const subscription = listen(
    [CONSOLE_CHANNEL],
    (_channel, payload) => {
      const event = parseEvent(payload);
      if (event) tell(byProject.get(event.project), event);
    },
    () => {
      if (!isFirst) for (const listeners of byProject.values()) tell(listeners, { kind: "missed" });
      isFirst = false;
    },
  );
  const hub = { byProject, subscription };
  globals[KEY] = hub;
  return hub;
}

function tell(listeners: Set<Listener> | undefined, event: Heard): void {
  for (const listener of listeners ?? []) listener(event);
}
