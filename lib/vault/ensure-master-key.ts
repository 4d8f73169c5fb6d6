import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { sql } from "drizzle-orm";
import { type Database, dataKeys, type Transaction } from "@/db";
import { env } from "@/lib/env";
import { assertKeysOpen, wrappingFingerprints } from "@/lib/vault/assert-keys-open";
import { keyring } from "@/lib/vault/default-keyring";
import { VaultError } from "@/lib/vault/errors";
import { defaultKeyFile } from "@/lib/vault/key-files";
import { MASTER_KEY_BYTES } from "@/lib/vault/master-key";
import { ensureSystemKeys } from "@/lib/vault/system-keys";
import { createKeyFile } from "@/lib/vault/write-key-file";

/** Any number that nobody else uses: one process at a time prepares the keys of a database. */
const LOCK = 7_301_001;

/**
 * Prepares the keys at a start: finds the master key, or makes one at `DATA_DIR/master.key` if this database has never sealed
 * anything; proves that it opens what is stored; makes the instance's own data keys. Throws `key_unavailable` with the fingerprint
 * that is wanted, or `invalid_key`: the start must stop.
 */
export async function ensureMasterKey({
  dataDir,
  db,
}: {
  dataDir: string;
  db: Database;
}): Promise<{ isNew: boolean }> {
  return db.transaction(async (tx) => {
    await tx.execute(sql`select pg_advisory_xact_lock(${LOCK})`);
    const isNew = !isGiven(dataDir) && (await makeMasterKey(tx, defaultKeyFile(dataDir)));
    await assertKeysOpen(tx);
    await ensureSystemKeys(tx, keyring());
    return { isNew };
  });
}

function isGiven(dataDir: string): boolean {
  const { MASTER_KEY, MASTER_KEY_FILE } = env();
  return Boolean(MASTER_KEY || MASTER_KEY_FILE) || existsSync(defaultKeyFile(dataDir));
}

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
