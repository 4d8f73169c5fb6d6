import { eq } from "drizzle-orm";
import { db, type Executor, providerInstances, type Transaction } from "@/db";
import type { Instance } from "@/lib/providers";

export type InstanceRow = typeof providerInstances.$inferSelect;
/** An instance with the client that lets people authorize on it. */
export type ReadyInstance = Instance & { name: string };

/** The instance as providers see it; null when there is none, it has no client yet, or it is disabled. */
export async function getInstance(id: string, executor: Executor = db()): Promise<ReadyInstance | null> {
  const row = await loadInstanceRow(id, executor);
  return row && !row.disabledAt ? toInstance(row) : null;
}

/**
 * For the transaction that stores what an instance granted: throws `changed` if it is not the one any more that was asked, and keeps
 * it as it is until the end.
 */
export async function holdInstance(
  tx: Transaction,
  instance: Instance,
  changed: () => Error,
): Promise<InstanceRow> {
  const [row] = await tx
    .select()
    .from(providerInstances)
    .where(eq(providerInstances.id, instance.id))
    .for("share");
  if (!row || !isSameClient(row, instance)) throw changed();
  return row;
}

/** The same for what may only be stored while the instance is in use: one that was disabled meanwhile counts as changed. */
export async function holdEnabledInstance(
  tx: Transaction,
  instance: Instance,
  changed: () => Error,
): Promise<void> {
  const { disabledAt } = await holdInstance(tx, instance, changed);
  if (disabledAt) throw changed();
}

/** Whether tokens that were granted to one are the other's: the same client at the same addresses. */
export const isSameClient = (row: InstanceRow, instance: Instance): boolean =>
  row.origin === instance.origin &&
  row.apiUrl === instance.apiUrl &&
  row.clientId === instance.clientId &&
  row.clientType === instance.clientType;

export async function loadInstanceRow(id: string, executor: Executor = db()): Promise<InstanceRow | null> {
  const [row] = await executor.select().from(providerInstances).where(eq(providerInstances.id, id));
  return row ?? null;
}

/** Null while an instance admin has not entered a client. */
export function toInstance(row: InstanceRow): ReadyInstance | null {
  if (!row.clientId || !row.clientSecretSealed) return null;
  return {
    id: row.id,
    name: row.name,
    provider: row.provider,
    origin: row.origin,
    apiUrl: row.apiUrl,
    clientType: row.clientType,
    clientId: row.clientId,
  };
}
