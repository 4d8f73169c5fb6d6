import { db, type Transaction } from "@/db";
import { sealOwner } from "@/lib/vault/data-keys";
import { keyring } from "@/lib/vault/default-keyring";
import { parseEnvelope } from "@/lib/vault/envelope";
import { VaultError } from "@/lib/vault/errors";
import type { Place } from "@/lib/vault/place";
import { openWith, sealWith } from "@/lib/vault/seal";

/** How many rows were sealed anew, and how many did not open and were left as they are. */
export type Resealed = { resealed: number; failed: number };

/** The sealed values of one row, by column; null where a column is empty. */
export type SealedFields = Record<string, { place: Place; sealed: string | null }>;

/**
 * What stores a row's new ciphertexts: one statement that changes them only where all of the row's sealed columns are still what
 * was read (compare and swap). False when somebody put another secret there meanwhile.
 */
export type StoreSealed = (tx: Transaction, next: Record<string, string>) => Promise<boolean>;

/**
 * Seals what a row holds with the current data key of its project (or of the instance), each value for the very place and generation that it has: whoever
 * is about to replace it still does, and a secret that is replaced meanwhile is not touched. The plaintext does not leave
 * this function. Answers "current" when there is nothing to do, "replaced" when somebody was faster.
 */
export async function resealRow(
  fields: SealedFields,
  store: StoreSealed,
): Promise<"resealed" | "current" | "replaced" | "failed"> {
  try {
    return await db().transaction(async (tx) => {
      const next: Record<string, string> = {};
      for (const [column, { place, sealed }] of Object.entries(fields)) {
        const text = sealed && (await reseal(tx, place, sealed));
        if (text) next[column] = text;
      }
      if (Object.keys(next).length === 0) return "current";
      return (await store(tx, next)) ? "resealed" : "replaced";
    });
  } catch (error) {
    if (error instanceof VaultError) return "failed";
    throw error;
  }
}

/** Null when the current key sealed it. */
async function reseal(tx: Transaction, place: Place, sealed: string): Promise<string | null> {
  const ring = keyring();
  const current = await ring.current(tx, sealOwner(place.projectId));
  if (parseEnvelope(sealed).dataKeyId === current.id) return null;
  return await sealWith(ring, tx, place, await openWith(ring, tx, place, sealed));
}

/** Seals rows anew, one after the other, again for those that were replaced meanwhile, until none is left to do. */
export async function resealAll<Row>(
  read: () => Promise<Row[]>,
  one: (row: Row) => ReturnType<typeof resealRow>,
): Promise<Resealed> {
  for (let resealed = 0; ; ) {
    let failed = 0;
    let isAgain = false;
    for (const row of await read()) {
      const outcome = await one(row);
      if (outcome === "resealed") resealed += 1;
      if (outcome === "failed") failed += 1;
      if (outcome === "replaced") isAgain = true;
    }
    if (!isAgain) return { resealed, failed };
  }
}
