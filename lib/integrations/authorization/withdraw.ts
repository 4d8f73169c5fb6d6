import { eq } from "drizzle-orm";
import { pendingGrants, type Transaction } from "@/db";
import type { Actor } from "@/lib/access";
import { record } from "@/lib/audit";
import { planTokenRevocation } from "@/lib/credentials";
import { type GrantRow, openTokens } from "@/lib/integrations/authorization/grant-token";
import { VaultError } from "@/lib/vault";

export type Withdrawal = "discarded" | "expired" | "superseded" | "refused";

/**
 * Erases a waiting grant and plans the revocation of its token, in the caller's transaction, which holds the row. Whoever
 * looks at it afterwards finds nothing to confirm.
 */
export async function withdrawGrant(
  tx: Transaction,
  actor: Actor,
  row: GrantRow,
  why: Withdrawal,
): Promise<void> {
  await planRevocation(tx, row);
  await tx.delete(pendingGrants).where(eq(pendingGrants.id, row.id));
  await record(tx, actor, {
    chain: row.projectId,
    event: `authorization.${why}`,
    subjectId: row.integrationId,
    subjectName: row.accountLogin,
    facts: { accountId: row.accountId },
  });
}

/** It belongs to no integration, so it is counted by its own account until it is gone. */
async function planRevocation(tx: Transaction, row: GrantRow): Promise<void> {
  const { projectId, instanceId, origin, accountId, grantedScopes } = row;
  try {
    const tokens = { ...(await openTokens(tx, row)), accessExpiresAt: row.accessExpiresAt };
    const owner = { projectId, integrationId: null, instanceId, origin, accountId, grantedScopes };
    await planTokenRevocation(tx, { ...owner, position: 0, tokens });
  } catch (error) {
    // Sealed under a key that is gone: nobody can use it, and nobody can revoke it either.
    if (!(error instanceof VaultError)) throw error;
  }
}
