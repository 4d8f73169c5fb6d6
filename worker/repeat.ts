import { setTimeout as delay } from "node:timers/promises";
import { reportUnexpected } from "@/lib/log";

const LONGEST_PAUSE_MS = 30_000;

/**
 * Does something again and again until the signal ends, one time after the other. A failure is logged, if it is the first of a row, and followed by a longer
 * pause, and is no concern of what else is repeated.
 */
export async function repeat(
  name: string,
  everyMs: number,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<unknown>,
): Promise<void> {
  let failures = 0;
  while (!signal.aborted) {
    try {
      await work(signal);
      failures = 0;
    } catch (error) {
      failures += 1;
      // Of a database that is away for a while, every loop complains once.
      if (!signal.aborted && failures === 1) reportUnexpected(error, name);
    }
    const pauseMs = Math.min(everyMs * 2 ** Math.min(failures, 6), Math.max(everyMs, LONGEST_PAUSE_MS));
    // Ending the pause is no failure of anything.
    await delay(pauseMs, undefined, { signal }).catch(() => undefined);
  }
}
