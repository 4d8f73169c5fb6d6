import { type Executor, run } from "@/db";

export const EVENT_KINDS = ["deployment", "log", "push", "integration", "app", "members"] as const;
export type EventKind = (typeof EVENT_KINDS)[number];

/** "Something of this kind changed here": whoever hears it reads the rows. It carries no content. */
export type ConsoleEvent = {
  kind: EventKind;
  project: string;
  app?: string;
  deployment?: string;
};

export const CONSOLE_CHANNEL = "console";

const NOTIFY = {
  name: "announce",
  text: "select pg_notify('console', value) from unnest($1::text[]) as value",
};

/** Tells every web and sites process, when the transaction commits and only then. */
export async function announce(tx: Executor, ...events: readonly ConsoleEvent[]): Promise<void> {
  if (events.length > 0) await run(tx, NOTIFY, [events.map((event) => JSON.stringify(event))]);
}

/** Reads a notification; null for one that is none of ours. */
export function parseEvent(payload: string): ConsoleEvent | null {
  try {
    const event: unknown = JSON.parse(payload);
    return isEvent(event) ? event : null;
  } catch {
    return null;
  }
}

function isEvent(value: unknown): value is ConsoleEvent {
  if (typeof value !== "object" || value === null) return false;
  const { kind, project } = value as Partial<ConsoleEvent>;
  return typeof project === "string" && EVENT_KINDS.some((known) => known === kind);
}
