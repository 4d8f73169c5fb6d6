import { eq, type SQL, sql } from "drizzle-orm";
import { credentials, newId, type Transaction } from "@/db";
import type { CredentialRow } from "@/lib/credentials/load";
import { tokenPlace } from "@/lib/credentials/token-place";
import type { TokenSet } from "@/lib/providers";
import type { Secret } from "@/lib/secret";
import { keyedFingerprint, seal } from "@/lib/vault";

type Owner = { projectId: string; integrationId: string; origin: string };

/** What a provider gave, or what a person entered: then with the user name that goes with it. */
type Given = TokenSet & { userName?: Secret | null };

/** A new secret knows nothing of the attempts to refresh the one before. */
const NO_ATTEMPT = {
  refreshLeaseToken: null,
  refreshLeaseUntil: null,
  refreshUnansweredAt: null,
  refreshFailures: 0,
  refreshRetryAt: null,
};

/** Seals what a provider gave, replacing what was there under the next generation. Returns the token's fingerprint. */
export async function storeCredential(tx: Transaction, owner: Owner, tokens: Given): Promise<string> {
  const [known] = await tx
    .select({ id: credentials.id, generation: credentials.generation })
    .from(credentials)
    .where(eq(credentials.integrationId, owner.integrationId))
    .for("update");
  const id = known?.id ?? newId("crd");
  const generation = (known?.generation ?? 0) + 1;
  const place = { ...owner, credentialId: id, generation };
  const sealedTokens = await sealTokens(tx, place, tokens);
  const values = {
    ...NO_ATTEMPT,
    ...sealedTokens,
    userNameSealed: tokens.userName ? await seal(tx, tokenPlace(place, "user_name"), tokens.userName) : null,
    accessExpiresAt: fromNow(tokens.accessExpiresIn),
    refreshExpiresAt: fromNow(tokens.refreshExpiresIn),
    refreshProlongs: true,
  };
  await tx
    .insert(credentials)
    .values({ id, projectId: owner.projectId, integrationId: owner.integrationId, ...values })
    .onConflictDoUpdate({ target: credentials.integrationId, set: values });
  return sealedTokens.fingerprint;
}

type Replaced = { fingerprint: string; prolongs: boolean };

/**
 * Seals what a refresh gave under the next generation of a locked row. An answer without a refresh token keeps the old one, and with
 * it the end that it has.
 */
export async function replaceTokens(
  tx: Transaction,
  { row, origin }: { row: CredentialRow; origin: string },
  { old, tokens }: { old: Secret; tokens: TokenSet },
): Promise<Replaced> {
  const { id: credentialId, projectId } = row;
  const place = { projectId, credentialId, origin, generation: row.generation + 1 };
  const sealedTokens = await sealTokens(tx, place, {
    ...tokens,
    refreshToken: tokens.refreshToken ?? old,
  });
  const isKept = tokens.refreshToken === null && tokens.refreshExpiresIn === null;
  const prolongs = isKept ? row.refreshExpiresAt === null : isLater(tokens.refreshExpiresIn, row);
  await tx
    .update(credentials)
    .set({
      ...NO_ATTEMPT,
      ...sealedTokens,
      accessExpiresAt: fromNow(tokens.accessExpiresIn),
      refreshExpiresAt: isKept ? row.refreshExpiresAt : fromNow(tokens.refreshExpiresIn),
      refreshProlongs: prolongs,
    })
    .where(eq(credentials.id, row.id));
  return { fingerprint: sealedTokens.fingerprint, prolongs };
}

/** Whether the authorization as a whole lives longer now. A provider that promises no end prolongs it. */
function isLater(seconds: number | null, { refreshExpiresAt }: CredentialRow): boolean {
  if (seconds === null || refreshExpiresAt === null) return true;
  return Date.now() + seconds * 1000 > refreshExpiresAt.getTime() + 1000;
}

type Place = { projectId: string; credentialId: string; origin: string; generation: number };

async function sealTokens(tx: Transaction, place: Place, { accessToken, refreshToken }: TokenSet) {
  return {
    generation: place.generation,
    fingerprint: await tokenFingerprint(tx, accessToken),
    accessTokenSealed: await seal(tx, tokenPlace(place, "access_token"), accessToken),
    refreshTokenSealed: refreshToken
      ? await seal(tx, tokenPlace(place, "refresh_token"), refreshToken)
      : null,
    issuedAt: sql`clock_timestamp()`,
    updatedAt: new Date(),
  };
}

/** Tells tokens apart without telling them. */
export const tokenFingerprint = (tx: Transaction, token: Secret): Promise<string> =>
  keyedFingerprint(tx, token, "access_token");

/** By the database's clock, which also decides what has ended. */
const fromNow = (seconds: number | null): SQL | null =>
  seconds === null ? null : sql`clock_timestamp() + make_interval(secs => ${seconds})`;
