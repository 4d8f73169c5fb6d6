import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { sql } from "drizzle-orm";
import { type Database, dataKeys, type Transaction } from "@/db";
import { env } from "@/lib/env";
import { assertKeysOpen, wrappingFingerprints } from "@/lib/vault/assert-keys-open";
import { VaultError } from "@/lib/vault/errors";
import { defaultKeyFile, type KeySettings, loadMasterKeys } from "@/lib/vault/key-files";
import { Keyring } from "@/lib/vault/keyring";
import { MASTER_KEY_BYTES } from "@/lib/vault/master-key";
import { ensureSystemKeys } from "@/lib/vault/system-keys";
import { masterKeyWrapper } from "@/lib/vault/wrapper";
import { createKeyFile } from "@/lib/vault/write-key-file";

/** Any number that nobody else uses: one process at a time prepares the keys of a database. */
const LOCK = 7_301_001;

export type KeyPreparation = {
  dataDir: string;
  db: Database;
  /** What the environment says about the master key. */
  settings?: KeySettings;
};

/**
 * Prepares the keys at a start: finds the master key, or makes one at `DATA_DIR/master.key` if this database has never sealed
 * anything; proves that it opens what is stored; makes the instance's own data keys. Throws `key_unavailable` with the fingerprint
 * that is wanted, or `invalid_key`: the start must stop.
 */
export async function ensureMasterKey({
  dataDir,
  db,
  settings = env(),
}: KeyPreparation): Promise<{ isNew: boolean }> {
  const used = { ...settings, DATA_DIR: dataDir };
  return db.transaction(async (tx) => {
    await tx.execute(sql`select pg_advisory_xact_lock(${LOCK})`);
    const isNew = !isGiven(used) && (await makeMasterKey(tx, defaultKeyFile(dataDir)));
    const ring = new Keyring(masterKeyWrapper(() => loadMasterKeys(used)));
    await assertKeysOpen(tx, ring);
    await ensureSystemKeys(tx, ring);
    return { isNew };
  });
}

const isGiven = ({ MASTER_KEY, MASTER_KEY_FILE, DATA_DIR }: KeySettings): boolean =>
  Boolean(MASTER_KEY || MASTER_KEY_FILE) || existsSync(defaultKeyFile(DATA_DIR));

async function makeMasterKey(tx: Transaction, file: string): Promise<boolean> {
  const [stored] = await tx.select({ id: dataKeys.id }).from(dataKeys).limit(1);
  if (stored) throw await lost(tx, file);
  return createKeyFile(file, `${randomBytes(MASTER_KEY_BYTES).toString("base64")}\n`);
}

async function lost(tx: Transaction, file: string): Promise<VaultError> {
  const fingerprints = await wrappingFingerprints(tx);
  return new VaultError(
    "key_unavailable",
    `There is no master key, but this database holds keys that were wrapped by ${fingerprints.join(", ")}. ` +
      `Put that key back at ${file}, or set MASTER_KEY_FILE or MASTER_KEY to it. A new one could open nothing.`,
  );
}
