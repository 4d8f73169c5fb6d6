import { and, eq, isNull, sql } from "drizzle-orm";
import { repositories, sources, type Transaction } from "@/db";
import { isAllowed } from "@/lib/credentials";
import type { Repository } from "@/lib/providers";
import { lockIntegration, repositoryFacts } from "@/lib/sources/bind";

export type Lost = { appId: string; repositoryId: string; lostIntegrationId: string; repository: Repository };

/**
 * Connects apps again that lost their integration, in the caller's transaction: with the repository, branch and rules that they kept.
 * The head stays what was known before, so that what was pushed meanwhile is found as pushes. One that was bound elsewhere, or given
 * back already, is left alone. `lostAt` stays beside `boundAt`: what was pushed between them was missed. Answers which apps it was.
 */
export async function giveBackSources(
  tx: Transaction,
  to: { projectId: string; integrationId: string },
  lost: readonly Lost[],
): Promise<string[]> {
  const { isRestricted } = await lockIntegration(tx, to.projectId, to.integrationId);
  const given: string[] = [];
  for (const one of lost) if (await giveBack(tx, { ...to, isRestricted }, one)) given.push(one.appId);
  return given;
}

type To = { projectId: string; integrationId: string; isRestricted: boolean };

async function giveBack(
  tx: Transaction,
  { projectId, integrationId, isRestricted }: To,
  { appId, repositoryId, lostIntegrationId, repository }: Lost,
): Promise<boolean> {
  if (!(await isAllowed({ integrationId, isRestricted }, repository.externalId, tx))) return false;
  const bound = await tx
    .update(sources)
    .set({ integrationId, lostIntegrationId: null, boundAt: sql`now()` })
    .where(
      and(
        eq(sources.projectId, projectId),
        eq(sources.appId, appId),
        eq(sources.repositoryId, repositoryId),
        eq(sources.lostIntegrationId, lostIntegrationId),
        isNull(sources.integrationId),
      ),
    )
    .returning({ appId: sources.appId });
  if (bound.length === 0) return false;
  await tx
    .update(repositories)
    .set({ ...repositoryFacts(repository), pollAt: sql`now()` })
    .where(eq(repositories.id, repositoryId));
  return true;
}
