import { and, asc, eq, gt, ne } from "drizzle-orm";
import { type Database, dataKeys, db } from "@/db";
import type { DataKeyRow } from "@/lib/vault/data-keys";
import { keyring } from "@/lib/vault/default-keyring";
import { VaultError } from "@/lib/vault/errors";
import type { KeyWrapper } from "@/lib/vault/wrapper";

export type Rotation = {
  /** The master key that wraps everything now. */
  fingerprint: string;
  rewrapped: number;
  /** Data keys that did not open, by id: they stay as they were. */
  failed: string[];
};

const BATCH = 200;

/**
 * Wraps every data key anew under the current master key. Nothing that is sealed changes, and nobody waits: readers go on with
 * either wrapping, and a row changed meanwhile is left to whoever changed it. Can be stopped at any point and run again; rows
 * done are done.
 */
export async function rotateMasterKey(
  database: Database = db(),
  wrapper: KeyWrapper = keyring().wrapper,
): Promise<Rotation> {
  const rotation: Rotation = { fingerprint: await wrapper.current(), rewrapped: 0, failed: [] };
  // Another pass for keys that a process made under the old master key while this one was running.
  for (let before = -1; before !== rotation.rewrapped; ) {
    before = rotation.rewrapped;
    rotation.failed = [];
    await pass(database, wrapper, rotation);
  }
  return rotation;
}

async function pass(database: Database, wrapper: KeyWrapper, rotation: Rotation): Promise<void> {
  for (let last = ""; ; ) {
    const rows = await outdated(database, await wrapper.current(), last);
    for (const row of rows) {
      const isDone = await rewrap(database, wrapper, row).catch(notOpen);
      if (isDone === null) rotation.failed.push(row.id);
      if (isDone === true) rotation.rewrapped += 1;
    }
    const end = rows.at(-1)?.id;
    if (end === undefined) return;
    last = end;
  }
}

/** A row that does not open is for its admin to look at; anything else (a lost connection) ends the rotation. */
function notOpen(error: unknown): null {
  if (error instanceof VaultError) return null;
  throw error;
}

const outdated = (database: Database, fingerprint: string, after: string): Promise<DataKeyRow[]> =>
  database
    .select({
      id: dataKeys.id,
      purpose: dataKeys.purpose,
      projectId: dataKeys.projectId,
      wrapped: dataKeys.wrapped,
      masterFingerprint: dataKeys.masterFingerprint,
    })
    .from(dataKeys)
    .where(and(ne(dataKeys.masterFingerprint, fingerprint), gt(dataKeys.id, after)))
    .orderBy(asc(dataKeys.id))
    .limit(BATCH);

/** True when this call changed the row; false when somebody else had. */
async function rewrap(database: Database, wrapper: KeyWrapper, row: DataKeyRow): Promise<boolean> {
  const { id, purpose, projectId, wrapped, masterFingerprint } = row;
  const context = { dataKeyId: id, purpose, projectId };
  const key = await wrapper.unwrap({ wrapped, fingerprint: masterFingerprint }, context);
  const next = await wrapper.wrap(key, context);
  const changed = await database
    .update(dataKeys)
    .set({ wrapped: next.wrapped, masterFingerprint: next.fingerprint })
    .where(
      and(
        eq(dataKeys.id, id),
        eq(dataKeys.masterFingerprint, masterFingerprint),
        eq(dataKeys.wrapped, wrapped),
      ),
    )
    .returning({ id: dataKeys.id });
  return changed.length === 1;
}
