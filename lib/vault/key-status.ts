import { and, count, inArray, isNotNull } from "drizzle-orm";
import { type Database, dataKeys, db } from "@/db";
import { keyring } from "@/lib/vault/default-keyring";
import { masterKeyFile } from "@/lib/vault/key-files";
import type { Keyring } from "@/lib/vault/keyring";

export type KeyStatus = {
  /** The fingerprint of the master key that wraps new data keys. */
  current: string;
  /** Where it is; null when it is given as MASTER_KEY. */
  file: string | null;
  masterKeys: {
    fingerprint: string;
    /** How many data keys it wraps. A key with none can be dropped (once no backup needs it). */
    dataKeys: number;
    /** Whether this process has it. */
    isKnown: boolean;
  }[];
  /** Data keys, of projects and of the instance, that were replaced and only open what was not sealed anew, or not deleted, yet. */
  retired: number;
};

/** Which master keys there are, and what still depends on each. Fingerprints only. */
export async function keyStatus(database: Database = db(), ring: Keyring = keyring()): Promise<KeyStatus> {
  const known = await ring.wrapper.known();
  const rows = await database
    .select({ fingerprint: dataKeys.masterFingerprint, dataKeys: count() })
    .from(dataKeys)
    .groupBy(dataKeys.masterFingerprint);
  const [retired] = await database
    .select({ number: count() })
    .from(dataKeys)
    .where(and(inArray(dataKeys.purpose, ["project", "instance"]), isNotNull(dataKeys.retiredAt)));
  const used = new Map(rows.map((row) => [row.fingerprint, row.dataKeys]));
  const fingerprints = [...new Set([...known, ...used.keys()])];
  return {
    current: await ring.wrapper.current(),
    file: masterKeyFile(),
    masterKeys: fingerprints.map((fingerprint) => ({
      fingerprint,
      dataKeys: used.get(fingerprint) ?? 0,
      isKnown: known.includes(fingerprint),
    })),
    retired: retired?.number ?? 0,
  };
}
