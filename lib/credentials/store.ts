import { eq } from "drizzle-orm";
import { credentials, newId, type Transaction } from "@/db";
import { tokenPlace } from "@/lib/credentials/token-place";
import type { TokenSet } from "@/lib/providers";
import type { Secret } from "@/lib/secret";
import { keyedFingerprint, seal } from "@/lib/vault";

type Owner = { projectId: string; integrationId: string; origin: string };

/** What a provider gave, or what a person entered: then with the user name that goes with it. */
type Given = TokenSet & { userName?: Secret | null };

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
  const fingerprint = await tokenFingerprint(tx, tokens.accessToken);
  const values = {
    generation,
    fingerprint,
    accessTokenSealed: await seal(tx, tokenPlace(place, "access_token"), tokens.accessToken),
    refreshTokenSealed: tokens.refreshToken
      ? await seal(tx, tokenPlace(place, "refresh_token"), tokens.refreshToken)
      : null,
    userNameSealed: tokens.userName ? await seal(tx, tokenPlace(place, "user_name"), tokens.userName) : null,
    accessExpiresAt: fromNow(tokens.accessExpiresIn),
    refreshExpiresAt: fromNow(tokens.refreshExpiresIn),
    updatedAt: new Date(),
  };
  await tx
    .insert(credentials)
    .values({ id, projectId: owner.projectId, integrationId: owner.integrationId, ...values })
    .onConflictDoUpdate({ target: credentials.integrationId, set: values });
  return fingerprint;
}

/** Tells tokens apart without telling them. */
export const tokenFingerprint = (tx: Transaction, token: Secret): Promise<string> =>
  keyedFingerprint(tx, token, "access_token");

const fromNow = (seconds: number | null) => (seconds === null ? null : new Date(Date.now() + seconds * 1000));
