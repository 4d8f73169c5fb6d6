import { eq, sql } from "drizzle-orm";
import { cleanups, db, integrations, type Transaction } from "@/db";
import { systemActor } from "@/lib/access";
import { record } from "@/lib/audit";
import { type CleanupRow, isHeld, openLeftover } from "@/lib/credentials";
import { announce } from "@/lib/events";
import { finishRemoval } from "@/lib/integrations/finish-removal";
import type { StepResult } from "@/lib/integrations/run-cleanup";

/** What every end of a step has in common, whoever brings it: nothing that was sealed for it is left. */
export const ENDED = {
  tokenSealed: null,
  refreshTokenSealed: null,
  attemptAt: null,
  leaseToken: null,
  leaseUntil: null,
  finishedAt: sql`now()`,
};

const FIRST_RETRY_SECONDS = 5;
const LAST_RETRY_SECONDS = 900;

/** Writes how a step went, if this process still holds it. The token's copy is erased with the step's end. */
export async function settleCleanup(row: CleanupRow, result: StepResult): Promise<void> {
  if ("retryAt" in result) return await postpone(row, result);
  await db().transaction(async (tx) => {
    await lockIntegration(tx, row);
    const ended = await tx
      .update(cleanups)
      .set({ ...ENDED, outcome: result.outcome, lastError: result.note })
      .where(isHeld(row))
      .returning({ id: cleanups.id });
    if (ended.length > 0) await noteEnd(tx, { ...row, outcome: result.outcome });
  });
}

async function postpone(
  row: CleanupRow,
  { retryAt, note }: { retryAt: Date | null; note: string },
): Promise<void> {
  const seconds = Math.min(FIRST_RETRY_SECONDS * 2 ** (row.attempts - 1), LAST_RETRY_SECONDS);
  await db().transaction(async (tx) => {
    await tx
      .update(cleanups)
      .set({
        lastError: note,
        leaseToken: null,
        leaseUntil: null,
        attemptAt: sql`greatest(now() + make_interval(secs => ${seconds}), ${retryAt}::timestamptz)`,
      })
      .where(isHeld(row));
    await announce(tx, { kind: "integration", project: row.projectId });
  });
}

/** The integration before what belongs to it, as every writer does: whoever forgets the copies at this moment takes turns here. */
export async function lockIntegration(tx: Transaction, { integrationId }: CleanupRow): Promise<void> {
  if (integrationId === null) return;
  const isIt = eq(integrations.id, integrationId);
  await tx.select({ id: integrations.id }).from(integrations).where(isIt).for("update");
}

/** Something of ours stays at the provider. What a person has told the console to forget ends elsewhere: that person knows. */
const isLeft = ({ outcome }: CleanupRow): boolean =>
  outcome === "gave_up" || outcome === "refused" || outcome === "forgotten";

/** What is left is told, once. Before any chain is taken: whoever says that it was done by hand takes the chain after it. */
export async function tellLeft(tx: Transaction, row: CleanupRow): Promise<void> {
  const { projectId, integrationId, origin } = row;
  if (isLeft(row)) await openLeftover(tx, { projectId, integrationId, origin });
}

/** The integration's removal is complete with its last step; each step is in the project's activity. */
export async function recordEnd(tx: Transaction, row: CleanupRow): Promise<void> {
  const { projectId, integrationId, target } = row;
  if (integrationId) await finishRemoval(tx, { projectId, integrationId });
  await announce(tx, { kind: "integration", project: projectId });
  await record(tx, systemActor("console"), {
    chain: projectId,
    event: target.kind === "delete_hook" ? "hook.deleted" : "token.revoked",
    subjectId: integrationId,
    ...(target.kind === "delete_hook" ? { subjectName: target.repositoryName } : {}),
    facts: { outcome: row.outcome, attempts: row.attempts },
  });
}

/** All that the end of one step brings with it. */
export async function noteEnd(tx: Transaction, row: CleanupRow): Promise<void> {
  await tellLeft(tx, row);
  await recordEnd(tx, row);
}
