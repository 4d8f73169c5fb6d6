import { and, eq } from "drizzle-orm";
import { credentials, type Transaction } from "@/db";
import type { CredentialRow } from "@/lib/credentials/load";
import { openAccessToken, openRefreshToken, openUserName } from "@/lib/credentials/open-token";
import type { TokenPair } from "@/lib/credentials/token-pair";
import { VaultError } from "@/lib/vault";

export type TakenTokens = {
  tokens: TokenPair | null;
  fingerprint: string;
  /** A refresh is under way, until then at most: what it brings takes the place of these tokens. */
  busyUntil: Date | null;
  /** Since when an attempt to refresh them has had no answer: a token that nobody has seen may have come of it. */
  unansweredAt: Date | null;
};

type Owner = { projectId: string; integrationId: string; origin: string };

/**
 * The tokens that are about to be replaced or removed, for revoking them at the provider. Null when there is no credential; null
 * `tokens` when they can no longer be opened. Locks the row until the transaction ends.
 */
export async function readTokensToRevoke(tx: Transaction, owner: Owner): Promise<TakenTokens | null> {
  const [row] = await tx
    .select()
    .from(credentials)
    .where(
      and(eq(credentials.projectId, owner.projectId), eq(credentials.integrationId, owner.integrationId)),
    )
    .for("update");
  if (!row) return null;
  const facts = {
    fingerprint: row.fingerprint,
    busyUntil: row.refreshLeaseUntil,
    unansweredAt: row.refreshUnansweredAt,
  };
  try {
    return { ...facts, tokens: await openPair(tx, row, owner.origin) };
  } catch (error) {
    if (!(error instanceof VaultError)) throw error;
    return { ...facts, tokens: null };
  }
}

async function openPair(tx: Transaction, row: CredentialRow, origin: string): Promise<TokenPair> {
  const { refreshTokenSealed, accessExpiresAt } = row;
  const accessToken = await openAccessToken(tx, row, origin);
  const refreshToken = refreshTokenSealed
    ? await openRefreshToken(tx, { ...row, refreshTokenSealed }, origin)
    : null;
  return { accessToken, refreshToken, accessExpiresAt, userName: await openUserName(tx, row, origin) };
}

/** Deletes the credential's row: from the commit on, nobody can use it. */
export async function deleteCredential(tx: Transaction, owner: Owner): Promise<void> {
  await tx
    .delete(credentials)
    .where(
      and(eq(credentials.projectId, owner.projectId), eq(credentials.integrationId, owner.integrationId)),
    );
}
