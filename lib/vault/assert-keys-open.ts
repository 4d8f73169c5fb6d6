import { asc, isNull, sql } from "drizzle-orm";
import { dataKeys, type Executor } from "@/db";
import { keyring } from "@/lib/vault/default-keyring";
import type { Keyring } from "@/lib/vault/keyring";
import { wanted } from "@/lib/vault/wrapper";

/** The fingerprints of the master keys that the stored data keys are wrapped by. */
export async function wrappingFingerprints(executor: Executor): Promise<string[]> {
  const rows = await executor
    .selectDistinct({ fingerprint: dataKeys.masterFingerprint })
    .from(dataKeys)
    .orderBy(asc(dataKeys.masterFingerprint));
  return rows.map((row) => row.fingerprint);
}

/**
 * Proves that this process's master keys open what is stored: each fingerprint is known, one key of each opens, and so does each
 * key of the instance itself. Throws `key_unavailable` with the fingerprint that is wanted, or `tampered`: the start must stop.
 */
export async function assertKeysOpen(executor: Executor, ring: Keyring = keyring()): Promise<void> {
  const known = await ring.wrapper.known();
  const missing = (await wrappingFingerprints(executor)).find((fingerprint) => !known.includes(fingerprint));
  if (missing !== undefined) throw wanted(missing, known);
  for (const { id } of await samples(executor)) await ring.byId(executor, id);
}

async function samples(executor: Executor): Promise<{ id: string }[]> {
  const ofEachMaster = await executor
    .selectDistinctOn([dataKeys.masterFingerprint], { id: dataKeys.id })
    .from(dataKeys)
    .orderBy(dataKeys.masterFingerprint, sql`${dataKeys.createdAt} desc`);
  const ofInstance = await executor
    .select({ id: dataKeys.id })
    .from(dataKeys)
    .where(isNull(dataKeys.projectId));
  return [...ofEachMaster, ...ofInstance];
}
