import { db, run } from "@/db";
import { reportUnexpected } from "@/lib/log";

const FLUSH_MS = 1000;
const WINDOW_MS = 60_000;
/** Wrong calls of one address at one hook in a minute; a provider with a right secret makes none. */
const ALLOWED = 60;
const MOST = 10_000;

type Window = { count: number; endsAt: number };
const windows = new Map<string, Window>();
const pending = new Map<string, number>();
let timer: NodeJS.Timeout | undefined;

/** True once this address sent too many wrong calls to this hook: it is not worth a look at the database any more. */
export function isThrottled(address: string, hookId: string): boolean {
  const window = windows.get(`${address} ${hookId}`);
  return window !== undefined && window.endsAt > Date.now() && window.count >= ALLOWED;
}

/**
 * Counts a wrong call, and nothing else of it is kept. The count of a hook that exists is written to its row, once a second
 * at most, so that a flood costs the database nothing.
 */
export function countRejection(address: string, hookId: string, exists: boolean): void {
  const key = `${address} ${hookId}`;
  const now = Date.now();
  const window = windows.get(key);
  if (window && window.endsAt > now) window.count += 1;
  else {
    if (windows.size >= MOST) windows.clear();
    windows.set(key, { count: 1, endsAt: now + WINDOW_MS });
  }
  if (!exists) return;
  pending.set(hookId, (pending.get(hookId) ?? 0) + 1);
  if (!timer) timer = setTimeout(() => void flush(), FLUSH_MS).unref();
}

const COUNT = {
  name: "count-rejections",
  text: `update hooks h set rejected_count = h.rejected_count + g.count, rejected_at = now()
    from unnest($1::text[], $2::int[]) as g(id, count) where h.id = g.id`,
};

/** An instance's id is in the path of its own webhook where a hook's is in any other. */
const COUNT_INSTANCES = {
  name: "count-instance-rejections",
  text: `update provider_instances p set webhook_rejected_count = p.webhook_rejected_count + g.count
    from unnest($1::text[], $2::int[]) as g(id, count) where p.id = g.id`,
};

async function flush(): Promise<void> {
  timer = undefined;
  const counts = [...pending];
  pending.clear();
  try {
    const values = [counts.map(([id]) => id), counts.map(([, count]) => count)];
    await run(db(), COUNT, values);
    if (counts.some(([id]) => id.startsWith("pin_"))) await run(db(), COUNT_INSTANCES, values);
  } catch (error) {
    reportUnexpected(error, "counting rejected deliveries");
  }
}
