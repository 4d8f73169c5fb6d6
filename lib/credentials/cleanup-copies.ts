import { and, eq, gt, isNotNull, isNull, sql } from "drizzle-orm";
import { cleanups, type Transaction } from "@/db";
import { type CleanupRow, openCleanupRefresh, sealCopy } from "@/lib/credentials/cleanup-token";
import { lockCurrent } from "@/lib/credentials/lost";
import { pairOf, type TokenPair } from "@/lib/credentials/token-pair";
import type { TokenSet } from "@/lib/providers";
import type { Secret } from "@/lib/secret";
import { VaultError } from "@/lib/vault";

/** The step is this process's: nobody took it over, forgot it or ended it. */
export const isHeld = (row: CleanupRow) =>
  and(eq(cleanups.id, row.id), eq(cleanups.leaseToken, row.leaseToken ?? ""));

/** What an integration's removal still has to revoke, and can replace until then. */
export const isRevocationOf = (integrationId: string) =>
  and(
    eq(cleanups.integrationId, integrationId),
    eq(cleanups.kind, "revoke_token"),
    gt(cleanups.position, 0),
    isNull(cleanups.finishedAt),
    isNotNull(cleanups.refreshTokenSealed),
  );

/** Gives the steps of the same removal that need a token the fresh one, each sealed for it alone. */
export async function lendAgain(tx: Transaction, revocation: CleanupRow, tokens: TokenPair): Promise<void> {
  if (revocation.integrationId === null || revocation.position === 0) return;
  const borrowers = and(
    eq(cleanups.integrationId, revocation.integrationId),
    eq(cleanups.kind, "delete_hook"),
    isNotNull(cleanups.tokenSealed),
    isNull(cleanups.finishedAt),
  );
  for (const row of await tx.select().from(cleanups).where(borrowers).for("update")) {
    const copy = await sealCopy(tx, { ...row, generation: row.generation + 1 }, tokens);
    await tx.update(cleanups).set(copy).where(eq(cleanups.id, row.id));
  }
}

/**
 * A refresh that was under way when its integration was removed or re-authorized has brought other tokens: they take the place of those
 * that they replaced, in the step that is to revoke them. False when no step holds those (any more).
 */
export async function handToCleanup(
  tx: Transaction,
  which: { projectId: string; integrationId: string },
  { old, tokens }: { old: Secret; tokens: TokenSet },
): Promise<boolean> {
  await lockCurrent(tx, which);
  const waiting = and(
    eq(cleanups.projectId, which.projectId),
    eq(cleanups.integrationId, which.integrationId),
    isNull(cleanups.finishedAt),
    isNotNull(cleanups.refreshTokenSealed),
  );
  for (const row of await tx.select().from(cleanups).where(waiting).for("update")) {
    if (!(await isItsRefreshToken(tx, row, old))) continue;
    const pair = pairOf({ ...tokens, refreshToken: tokens.refreshToken ?? old });
    const copy = await sealCopy(tx, { ...row, generation: row.generation + 1 }, pair);
    // Whoever tries it just now, with what no longer works, has nothing to write any more.
    const due = { leaseToken: null, leaseUntil: null, attemptAt: sql`now()` };
    await tx
      .update(cleanups)
      .set({ ...copy, ...due, refreshUnansweredAt: null })
      .where(eq(cleanups.id, row.id));
    await lendAgain(tx, row, pair);
    return true;
  }
  return false;
}

async function isItsRefreshToken(tx: Transaction, row: CleanupRow, token: Secret): Promise<boolean> {
  try {
    return (await openCleanupRefresh(row, tx))?.reveal() === token.reveal();
  } catch (error) {
    if (!(error instanceof VaultError)) throw error;
    return false;
  }
}
