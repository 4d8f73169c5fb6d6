import { eq } from "drizzle-orm";
import { db, type Executor, providerInstances } from "@/db";
import { openClientSecret } from "@/lib/instances/client-secret";
import type { Instance } from "@/lib/providers";
import type { Secret } from "@/lib/secret";

export type InstanceRow = typeof providerInstances.$inferSelect;
/** An instance with the client that lets people authorize on it. */
export type ReadyInstance = Instance & { name: string };

/** The instance as providers see it; null when there is none, or it has no client yet. */
export async function getInstance(id: string, executor: Executor = db()): Promise<ReadyInstance | null> {
  const row = await loadInstanceRow(id, executor);
  return row ? toInstance(row) : null;
}

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

/** The instance's client secret at the moment of use. Throws when there is none, VaultError when it cannot be opened. */
export async function clientSecretOf(instanceId: string, executor: Executor = db()): Promise<Secret> {
  const row = await loadInstanceRow(instanceId, executor);
  if (!row?.clientSecretSealed) throw new Error(`Instance ${instanceId} has no client secret.`);
  return await openClientSecret(executor, row, row.clientSecretSealed);
}
