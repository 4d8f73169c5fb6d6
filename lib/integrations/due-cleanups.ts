import { and, eq, isNull, lte, sql } from "drizzle-orm";
import { cleanups, db } from "@/db";
import { claimCleanup } from "@/lib/integrations/claim-cleanup";
import { runCleanup } from "@/lib/integrations/run-cleanup";
import { ENDED, lockIntegration, noteEnd } from "@/lib/integrations/settle-cleanup";
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

/** After a day the copies are erased, whatever the provider does: each in a transaction of its own, so that one row holds up no other. */
async function giveUpExpired(): Promise<void> {
  const expired = and(isNull(cleanups.finishedAt), lte(cleanups.expiresAt, sql`now()`));
  for (const row of await db().select().from(cleanups).where(expired)) {
    await db().transaction(async (tx) => {
      await lockIntegration(tx, row);
      const [ended] = await tx
        .update(cleanups)
        .set({ ...ENDED, outcome: "gave_up" })
        .where(and(eq(cleanups.id, row.id), expired))
        .returning();
      if (ended) await noteEnd(tx, ended);
    });
  }
}
