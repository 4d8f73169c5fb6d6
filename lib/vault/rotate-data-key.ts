import { and, isNull, sql } from "drizzle-orm";
import { dataKeys, type Transaction } from "@/db";
import { owned, type SealOwner, sealOwner } from "@/lib/vault/data-keys";
import { keyring } from "@/lib/vault/default-keyring";

/**
 * Retires the data key of a project, or of the instance (null), and makes the next one, in the caller's transaction. From its commit on
 * new values are sealed with the new key; the old one only opens. Waits for transactions that are sealing with the old key, so that what
 * has to be sealed anew afterwards is all there to be found.
 */
export async function rotateDataKey(
  tx: Transaction,
  projectId: string | null,
): Promise<{ dataKeyId: string }> {
  const owner: SealOwner = sealOwner(projectId);
  await tx
    .update(dataKeys)
    .set({ retiredAt: sql`now()` })
    .where(and(owned(owner), isNull(dataKeys.retiredAt)));
  const { id } = await keyring().current(tx, owner);
  return { dataKeyId: id };
}
