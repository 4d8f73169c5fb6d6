import { and, eq, isNotNull } from "drizzle-orm";
import type { Transaction } from "@/db";
import { db, providerInstances } from "@/db";
import { type Actor, type InstanceContext, systemActor } from "@/lib/access";
import { record } from "@/lib/audit";
import { notFound } from "@/lib/errors";
import { sealAsPrevious } from "@/lib/instances/client-secret";
import { type InstanceRow, loadInstanceRow } from "@/lib/instances/load";
import type { Secret } from "@/lib/secret";

/** How long the secret before is kept for the case that the provider refuses the new one. */
const OVERLAP_MS = 7 * 24 * 3600_000;

export const NO_PREVIOUS = {
  previousClientSecretSealed: null,
  previousClientSecretUntil: null,
  previousClientSecretUsedAt: null,
} as const;

type Why = "new_one_works" | "overlap_ended" | "asked";

/** The columns that keep the present secret as the previous one of the next generation. */
export async function keepAsPrevious(
  tx: Transaction,
  row: InstanceRow,
  nextGeneration: number,
  next: Secret,
) {
  const sealed = await sealAsPrevious(tx, row, nextGeneration, next);
  if (sealed === null) return NO_PREVIOUS;
  return {
    previousClientSecretSealed: sealed,
    previousClientSecretUntil: new Date(Date.now() + OVERLAP_MS),
    previousClientSecretUsedAt: null,
  };
}

/** Erases the secret before, unless it was replaced meanwhile. */
export async function erasePrevious(
  row: InstanceRow,
  why: Why,
  by: Actor = systemActor("console"),
): Promise<void> {
  await db().transaction(async (tx) => {
    const erased = await tx
      .update(providerInstances)
      // What a test said before is about two secrets.
      .set({ ...NO_PREVIOUS, ...(why === "asked" ? { updatedAt: new Date() } : {}) })
      .where(
        and(
          eq(providerInstances.id, row.id),
          eq(providerInstances.clientSecretGeneration, row.clientSecretGeneration),
          isNotNull(providerInstances.previousClientSecretSealed),
        ),
      )
      .returning({ id: providerInstances.id });
    if (erased.length === 0) return;
    await record(tx, by, {
      chain: "instance",
      event: "provider_instance.previous_secret_erased",
      subjectId: row.id,
      subjectName: row.name,
      facts: { why },
    });
  });
}

/** The admin's button: from now on only the new secret is used. */
export async function forgetPreviousSecret(ctx: InstanceContext, instanceId: string): Promise<void> {
  const row = await loadInstanceRow(instanceId);
  if (!row) throw notFound();
  await erasePrevious(row, "asked", ctx.actor);
}
