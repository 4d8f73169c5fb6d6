import { eq, lt, sql } from "drizzle-orm";
import { db, throttles } from "@/db";
import { rateLimited } from "@/lib/errors";

export type Attempt = { isAllowed: boolean; retryAt: Date };

/**
 * Counts one attempt under `key` and says whether it is among the first `limit` of the current window. One statement, so
 * that any number of processes share one count.
 */
export async function throttle(key: string, limit: number, windowSeconds: number): Promise<Attempt> {
  const fresh = sql`now() + make_interval(secs => ${windowSeconds})`;
  const isOver = sql`${throttles.resetsAt} <= now()`;
  const [row] = await db()
    .insert(throttles)
    .values({ key, count: 1, resetsAt: fresh })
    .onConflictDoUpdate({
      target: throttles.key,
      set: {
        count: sql`case when ${isOver} then 1 else ${throttles.count} + 1 end`,
        resetsAt: sql`case when ${isOver} then ${fresh} else ${throttles.resetsAt} end`,
      },
    })
    .returning({ count: throttles.count, retryAt: throttles.resetsAt });
  if (!row) throw new Error("A counted attempt returned no row.");
  if (row.count === 1) await forgetOld();
  return { isAllowed: row.count <= limit, retryAt: row.retryAt };
}

/** Like `throttle`, but throws `rate_limited`: `why`, and the time to wait. */
export async function requireAttempt(
  key: string,
  limit: number,
  windowSeconds: number,
  why = "Too many attempts.",
): Promise<void> {
  const { isAllowed, retryAt } = await throttle(key, limit, windowSeconds);
  if (!isAllowed) throw rateLimited(`${why} Try again in ${inWords(retryAt)}.`);
}

/** Forgets the attempts under `key`: the right person has come. */
export async function clearThrottle(key: string): Promise<void> {
  await db().delete(throttles).where(eq(throttles.key, key));
}

async function forgetOld(): Promise<void> {
  await db().delete(throttles).where(lt(throttles.resetsAt, sql`now() - interval '1 hour'`));
}

function inWords(moment: Date): string {
  const seconds = Math.max(1, Math.ceil((moment.getTime() - Date.now()) / 1000));
  if (seconds < 60) return seconds === 1 ? "1 second" : `${seconds} seconds`;
  const minutes = Math.ceil(seconds / 60);
  return minutes === 1 ? "1 minute" : `${minutes} minutes`;
}
