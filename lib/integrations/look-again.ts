import { eq, inArray, sql } from "drizzle-orm";
import { hooks, repositories, sources, type Transaction } from "@/db";

/**
 * While an integration could not be used, hooks could not be mended and pushes may have been missed: both are looked at again, at
 * once. Answers the repositories that apps follow through it.
 */
export async function lookAgain(tx: Transaction, integrationId: string): Promise<string[]> {
  const followed = await tx
    .selectDistinct({ id: sources.repositoryId })
    .from(sources)
    .where(eq(sources.integrationId, integrationId));
  const ids = followed.map(({ id }) => id);
  if (ids.length === 0) return [];
  await tx.update(hooks).set({ checkAt: sql`now()` }).where(inArray(hooks.repositoryId, ids));
  await tx.update(repositories).set({ pollAt: sql`now()` }).where(inArray(repositories.id, ids));
  return ids;
}
