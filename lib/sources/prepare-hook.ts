import { and, eq, isNotNull, sql } from "drizzle-orm";
import { db, hooks, newId, repositories, sources } from "@/db";
import { sealNewHookSecret } from "@/lib/sources/hook-secret";

/**
 * The row of a repository's hook, made when there is none: its secret exists before the provider hears of it. If this process
 * dies before the registration, the row is due and a worker goes on. Null when no connected app follows the repository.
 */
export async function prepareHook(projectId: string, repositoryId: string): Promise<string | null> {
  return await db().transaction(async (tx) => {
    // Two apps of one repository may be created at once: the second waits here and finds the first one's hook.
    const [repository] = await tx
      .select({ origin: repositories.origin })
      .from(repositories)
      .where(and(eq(repositories.projectId, projectId), eq(repositories.id, repositoryId)))
      .for("update");
    if (!repository) return null;
    const [known] = await tx.select({ id: hooks.id }).from(hooks).where(eq(hooks.repositoryId, repositoryId));
    if (known) return known.id;
    const [source] = await tx
      .select({ integrationId: sources.integrationId })
      .from(sources)
      .where(and(eq(sources.repositoryId, repositoryId), isNotNull(sources.integrationId)))
      .limit(1);
    if (!source) return null;
    const id = newId("hok");
    const owner = { projectId, hookId: id, origin: repository.origin, generation: 1 };
    await tx.insert(hooks).values({
      id,
      projectId,
      repositoryId,
      integrationId: source.integrationId,
      secretSealed: await sealNewHookSecret(tx, owner),
      secretGeneration: owner.generation,
      checkAt: sql`now() + interval '1 minute'`,
    });
    return id;
  });
}
