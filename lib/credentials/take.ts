import { and, eq } from "drizzle-orm";
import { credentials, type Transaction } from "@/db";
import { openAccessToken, openUserName } from "@/lib/credentials/open-token";
import type { Secret } from "@/lib/secret";
import { VaultError } from "@/lib/vault";

/** `user`: the name that goes with the token, where the provider does not decide it. */
export type TakenToken = { token: Secret | null; user: Secret | null; fingerprint: string };

type Owner = { projectId: string; integrationId: string; origin: string };

/**
 * The token that is about to be replaced or removed, for revoking it at the provider. Null when there is no credential; a
 * null `token` when it can no longer be opened. Locks the row until the transaction ends.
 */
export async function readTokenToRevoke(tx: Transaction, owner: Owner): Promise<TakenToken | null> {
  const [row] = await tx
    .select()
    .from(credentials)
    .where(
      and(eq(credentials.projectId, owner.projectId), eq(credentials.integrationId, owner.integrationId)),
    )
    .for("update");
  if (!row) return null;
  try {
    const token = await openAccessToken(tx, row, owner.origin);
    return { token, user: await openUserName(tx, row, owner.origin), fingerprint: row.fingerprint };
  } catch (error) {
    if (!(error instanceof VaultError)) throw error;
    return { token: null, user: null, fingerprint: row.fingerprint };
  }
}

/** Deletes the credential's row: from the commit on, nobody can use it. */
export async function deleteCredential(tx: Transaction, owner: Owner): Promise<void> {
  await tx
    .delete(credentials)
    .where(
      and(eq(credentials.projectId, owner.projectId), eq(credentials.integrationId, owner.integrationId)),
    );
}
