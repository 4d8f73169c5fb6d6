import { and, eq, inArray, sql } from "drizzle-orm";
import { db, type Executor, hooks, integrations, sources } from "@/db";
import { CredentialUnavailable, USABLE } from "@/lib/credentials";

/**
 * The integration to read a repository with: one that an app of the project follows it through, the hook's own first. Throws
 * CredentialUnavailable when none can be used now.
 */
export async function pickIntegration(repositoryId: string, executor: Executor = db()): Promise<string> {
  const [row] = await executor
    .select({ id: integrations.id })
    .from(sources)
    .innerJoin(
      integrations,
      and(eq(integrations.projectId, sources.projectId), eq(integrations.id, sources.integrationId)),
    )
    .leftJoin(hooks, eq(hooks.repositoryId, sources.repositoryId))
    .where(and(eq(sources.repositoryId, repositoryId), inArray(integrations.status, [...USABLE])))
    .orderBy(
      sql`${hooks.integrationId} is not distinct from ${integrations.id} desc`,
      sql`${integrations.status} = 'active' desc`,
      integrations.createdAt,
    )
    .limit(1);
  if (row) return row.id;
  throw new CredentialUnavailable(
    "needs_reauthorization",
    "No integration of this project can read the repository at the moment.",
  );
}
