import { eq } from "drizzle-orm";
import { cleanups, db, integrations, newId, pendingGrants, providerInstances } from "@/db";
import { planTokenRevocation, storeCredential } from "@/lib/credentials";
import { sealTokens } from "@/lib/integrations/authorization/grant-token";
import type { TokenSet } from "@/lib/providers";
import { Secret } from "@/lib/secret";
import { addHook, addSite, type Site } from "@/lib/testing/factories";

/** Where the factories' integrations live. */
export const SEALED_ORIGIN = "https://git.example";

/** A provider instance at that address, so that integrations there can be used. Once for each file. */
export async function addSealedInstance(): Promise<string> {
  const id = newId("pin");
  await db()
    .insert(providerInstances)
    .values({
      id,
      provider: "github",
      name: "Git",
      origin: SEALED_ORIGIN,
      apiUrl: `${SEALED_ORIGIN}/api/v3`,
      clientId: "client",
      clientSecretSealed: `v1.dek_${"0".repeat(20)}.${"A".repeat(16)}.${"A".repeat(40)}`,
    });
  return id;
}

const tokens = (name: string): TokenSet => ({
  accessToken: new Secret(`access ${name}`),
  refreshToken: new Secret(`refresh ${name}`),
  accessExpiresIn: null,
  refreshExpiresIn: null,
  scopes: ["repo"],
});
const TO_REVOKE = {
  accessToken: new Secret("a token to revoke"),
  refreshToken: new Secret("a refresh token to spend"),
  accessExpiresAt: null,
};
const owner = ({ projectId, integrationId }: Site) => ({ projectId, integrationId, origin: SEALED_ORIGIN });

/** Replaces the site's tokens, as a refresh or a re-authorization does. */
export const storeTokens = (site: Site, name: string): Promise<string> =>
  db().transaction((tx) => storeCredential(tx, owner(site), tokens(name)));

export type SealedProject = Site & { hookId: string; hookSecret: string; cleanupId: string; grantId: string };

/** A project with something sealed in every table that holds secrets of projects. */
export async function addSealedProject(instanceId: string): Promise<SealedProject> {
  const site = await addSite();
  await db().update(integrations).set({ instanceId }).where(eq(integrations.id, site.integrationId));
  await storeTokens(site, "first");
  const { hookId, secret } = await addHook(site);
  const grantId = await db().transaction(async (tx) => {
    const plan = { ...owner(site), instanceId, position: 0 };
    await planTokenRevocation(tx, { ...plan, tokens: TO_REVOKE });
    const place = { projectId: site.projectId, origin: SEALED_ORIGIN };
    const sealed = await sealTokens(tx, place, tokens("waiting"));
    await tx.insert(pendingGrants).values({
      ...place,
      ...sealed,
      integrationId: site.integrationId,
      instanceId,
      purpose: "reauthorize",
      accountId: "1",
      accountLogin: "octocat",
      requestedScopes: [],
      grantedScopes: [],
      expiresAt: new Date(Date.now() + 600_000),
    });
    return sealed.id;
  });
  const [cleanup] = await db()
    .select({ id: cleanups.id })
    .from(cleanups)
    .where(eq(cleanups.projectId, site.projectId));
  return { ...site, hookId, hookSecret: secret, cleanupId: cleanup?.id ?? "", grantId };
}
