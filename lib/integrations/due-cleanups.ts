import { and, isNull, lte, sql } from "drizzle-orm";
import { cleanups, db } from "@/db";
import { claimCleanup } from "@/lib/integrations/claim-cleanup";
import { runCleanup } from "@/lib/integrations/run-cleanup";
import { noteEnd } from "@/lib/integrations/settle-cleanup";
import { reportUnexpected } from "@/lib/log";

/** Runs the steps that are due, one after the other, until none is or the signal ends. Answers how many it ran. */
export async function runDueCleanups(signal: AbortSignal): Promise<number> {
  await giveUpExpired();
  let count = 0;
  while (!signal.aborted) {
    const row = await claimCleanup();
    if (!row) break;
    count += 1;
    try {
      await runCleanup(row);
    } catch (error) {
      // The lease runs out and the step is tried again, until its day is over.
      reportUnexpected(error, "cleanup");
    }
  }
  return count;
}

/** After a day the copies are erased, whatever the provider does. */
async function giveUpExpired(): Promise<void> {
  await db().transaction(async (tx) => {
    const ended = await tx
      .update(cleanups)
      .set({
        outcome: "gave_up",
        tokenSealed: null,
        attemptAt: null,
        leaseToken: null,
        leaseUntil: null,
        finishedAt: sql`now()`,
      })
      .where(and(isNull(cleanups.finishedAt), lte(cleanups.expiresAt, sql`now()`)))
      .returning();
    for (const row of ended) await noteEnd(tx, row);
  });
}
