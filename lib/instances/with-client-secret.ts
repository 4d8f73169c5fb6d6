import { and, eq } from "drizzle-orm";
import { db, providerInstances } from "@/db";
import { openClientSecret, openPreviousSecret } from "@/lib/instances/client-secret";
import { type InstanceRow, isSameClient, loadInstanceRow } from "@/lib/instances/load";
import { erasePrevious } from "@/lib/instances/previous-secret";
import { redactor } from "@/lib/log";
import { ClientRejected, type Instance, ProviderRejected, ProviderUnavailable } from "@/lib/providers";
import type { Secret } from "@/lib/secret";

export type WhichSecret = "current" | "previous";
type Held = { which: WhichSecret; secret: Secret };
type Call<T> = (secret: Secret) => Promise<T>;

/** After the previous secret had to be used, the new one is tried first again only after so long. */
const TRY_NEW_AGAIN_MS = 10 * 60_000;

/**
 * Calls a provider with an instance's client secret. While a rotation overlaps there are two: the new one is tried first, and
 * after a ClientRejected the one before; which of them works is remembered, and once the new one does, the old one is erased. A
 * client that is refused altogether marks the instance as misconfigured: its integrations keep their status. Throws what `call`
 * throws, and ProviderUnavailable when the instance was changed or disabled meanwhile: nothing is sent to an address that was
 * not meant.
 */
export async function withClientSecret<T>(instance: Instance, call: Call<T>): Promise<T> {
  const row = await loadUnchanged(instance);
  return (await tryInTurn(row, await heldSecrets(row), call)).value;
}

/** The same for the admin's test: the new secret comes first whatever is remembered. Answers which of the two was accepted. */
export async function tryClientSecrets(instance: Instance, call: Call<void>): Promise<WhichSecret> {
  const row = await loadUnchanged(instance);
  const newFirst = (await heldSecrets(row)).sort((one) => (one.which === "current" ? -1 : 1));
  return (await tryInTurn(row, newFirst, call)).which;
}

async function loadUnchanged(instance: Instance): Promise<InstanceRow> {
  const row = await loadInstanceRow(instance.id);
  if (row?.disabledAt)
    throw new ProviderUnavailable(`${row.name} is disabled on this console.`, "bad_answer");
  if (!row || !isSameClient(row, instance)) {
    throw new ProviderUnavailable("The provider instance was just changed.", "bad_answer");
  }
  return row;
}

async function heldSecrets(row: InstanceRow): Promise<Held[]> {
  if (!row.clientSecretSealed) return [];
  const current = known("current", await openClientSecret(db(), row, row.clientSecretSealed));
  if (!row.previousClientSecretSealed) return [current];
  if (!row.previousClientSecretUntil || row.previousClientSecretUntil <= new Date()) {
    await erasePrevious(row, "overlap_ended");
    return [current];
  }
  const previous = known("previous", await openPreviousSecret(db(), row, row.previousClientSecretSealed));
  const usedAt = row.previousClientSecretUsedAt?.getTime() ?? 0;
  return Date.now() - usedAt < TRY_NEW_AGAIN_MS ? [previous, current] : [current, previous];
}

function known(which: WhichSecret, secret: Secret): Held {
  redactor.add(secret);
  return { which, secret };
}

async function tryInTurn<T>(
  row: InstanceRow,
  secrets: readonly Held[],
  call: Call<T>,
): Promise<{ value: T; which: WhichSecret }> {
  let refusal = new ClientRejected("The client has no secret.");
  for (const { which, secret } of secrets) {
    try {
      const value = await call(secret);
      await noteAccepted(row, which);
      return { value, which };
    } catch (error) {
      if (provesClient(error)) await noteAccepted(row, which);
      if (!(error instanceof ClientRejected)) throw error;
      refusal = error;
    }
  }
  await noteRefused(row, refusal.message);
  throw refusal;
}

/** The provider looked at the client before it refused the code or the token. */
const provesClient = (error: unknown): boolean =>
  error instanceof ProviderRejected && error.reason === "invalid_grant";

/** An answer about a secret that was replaced meanwhile says nothing about the one that is there now. */
const asRead = (row: InstanceRow) =>
  and(
    eq(providerInstances.id, row.id),
    eq(providerInstances.clientSecretGeneration, row.clientSecretGeneration),
  );

async function noteAccepted(row: InstanceRow, which: WhichSecret): Promise<void> {
  const usedAt = which === "previous" ? usedSince(row) : row.previousClientSecretUsedAt;
  if (row.misconfiguredAt || usedAt !== row.previousClientSecretUsedAt) {
    await db()
      .update(providerInstances)
      .set({ misconfiguredAt: null, misconfiguredReason: null, previousClientSecretUsedAt: usedAt })
      .where(asRead(row));
  }
  if (which === "current" && row.previousClientSecretSealed) await erasePrevious(row, "new_one_works");
}

/** Kept as it is while the previous secret goes first; anew once the new one was tried and refused again. */
function usedSince({ previousClientSecretUsedAt: since }: InstanceRow): Date {
  return since && Date.now() - since.getTime() < TRY_NEW_AGAIN_MS ? since : new Date();
}

async function noteRefused(row: InstanceRow, reason: string): Promise<void> {
  if (row.misconfiguredReason === reason) return;
  await db()
    .update(providerInstances)
    .set({ misconfiguredAt: row.misconfiguredAt ?? new Date(), misconfiguredReason: reason })
    .where(asRead(row));
}
