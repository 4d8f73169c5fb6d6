import { eq } from "drizzle-orm";
import { db, type IntegrationStatus, repositories, sources } from "@/db";
import { isRefreshable, type Usable } from "@/lib/credentials/load";
import { justReplaced, markLost } from "@/lib/credentials/lost";
import { noteUnavailable } from "@/lib/credentials/note";
import { refreshCredential } from "@/lib/credentials/refresh";
import { withClientSecret } from "@/lib/instances";
import { ClientRejected, type Grant, ProviderUnavailable, sourceProvider, tokenOf } from "@/lib/providers";

/**
 * Asks the provider whether the token is dead; for one that can be refreshed, the answer to a refresh is the proof: it may only have
 * ended earlier than was said. Answers null for a living token, otherwise what the caller is to be told.
 */
export async function confirmDeath(
  usable: Usable,
  grant: Grant,
  statuses?: readonly IntegrationStatus[],
): Promise<Error | null> {
  try {
    if ((await askAgain(usable, grant)) === "alive") return null;
    if (!isRefreshable(usable)) return await markLost(usable, "revoked");
    await refreshCredential(usable, statuses);
    return justReplaced();
  } catch (error) {
    return await explain(usable, error);
  }
}

async function askAgain({ client, integrationId }: Usable, grant: Grant): Promise<"alive" | "dead"> {
  const { authorization } = sourceProvider(grant.instance.provider);
  if (authorization.kind === "oauth") {
    if (!client) throw new Error("An OAuth token without the client that it was given to.");
    return await withClientSecret(client, (secret) =>
      authorization.checkToken(client, secret, tokenOf(grant)),
    );
  }
  return await authorization.checkCredential(grant, await followedThrough(integrationId));
}

async function explain(usable: Usable, error: unknown): Promise<Error> {
  if (error instanceof ClientRejected) {
    return new ProviderUnavailable("The provider could not confirm that the token is dead.", "bad_answer");
  }
  if (error instanceof ProviderUnavailable) await noteUnavailable(usable, error);
  if (error instanceof Error) return error;
  throw error;
}

/** Where the repositories live that apps follow through an integration: what its credential has to open. */
export async function followedThrough(integrationId: string): Promise<string[]> {
  const rows = await db()
    .selectDistinct({ cloneUrl: repositories.cloneUrl })
    .from(sources)
    .innerJoin(repositories, eq(repositories.id, sources.repositoryId))
    .where(eq(sources.integrationId, integrationId));
  return rows.map(({ cloneUrl }) => cloneUrl);
}
