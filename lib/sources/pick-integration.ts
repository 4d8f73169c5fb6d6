import { and, eq, sql } from "drizzle-orm";
import type { AnyPgColumn } from "drizzle-orm/pg-core";
import { allowedRepositories, db, type Executor, hooks, integrations, repositories, sources } from "@/db";
import { CredentialUnavailable, notAllowedSentence, USABLE } from "@/lib/credentials";

/**
 * The integration to read a repository with: one that an app of the project follows it through, the hook's own first. Throws
 * CredentialUnavailable when none can be used now.
 */
export async function pickIntegration(repositoryId: string, executor: Executor = db()): Promise<string> {
  const rows = await selectFollowing(repositoryId, executor);
  const usable = rows.find(({ status, isAllowed }) => isAllowed && USABLE.includes(status));
  if (usable) return usable.id;
  throw whyNone(rows);
}

type Row = Awaited<ReturnType<typeof selectFollowing>>[number];

function selectFollowing(repositoryId: string, executor: Executor) {
  return executor
    .select({
      id: integrations.id,
      status: integrations.status,
      account: integrations.accountLogin,
      isAllowed: isAllowedHere,
    })
    .from(sources)
    .innerJoin(repositories, eq(repositories.id, sources.repositoryId))
    .innerJoin(
      integrations,
      and(eq(integrations.projectId, sources.projectId), eq(integrations.id, sources.integrationId)),
    )
    .leftJoin(hooks, eq(hooks.repositoryId, sources.repositoryId))
    .where(eq(sources.repositoryId, repositoryId))
    .orderBy(
      sql`${hooks.integrationId} is not distinct from ${integrations.id} desc`,
      sql`${integrations.status} = 'active' desc`,
      integrations.createdAt,
    );
}

/** For queries that join an integration and a repository: what `isAllowed` says. */
export const isAllowedFor = (integration: { id: AnyPgColumn; isRestricted: AnyPgColumn }) =>
  sql<boolean>`(not ${integration.isRestricted} or exists (
  select 1 from ${allowedRepositories} where ${allowedRepositories.integrationId} = ${integration.id}
    and ${allowedRepositories.externalId} = ${repositories.externalId}))`;
export const isAllowedHere = isAllowedFor(integrations);

function whyNone(rows: readonly Row[]): CredentialUnavailable {
  const refused = rows.find(({ isAllowed }) => !isAllowed);
  if (refused)
    return new CredentialUnavailable("repository_not_allowed", notAllowedSentence(refused.account));
  const paused = rows.find(({ status }) => status === "paused");
  if (paused) return new CredentialUnavailable("integration_paused", `${paused.account} is paused.`);
  return new CredentialUnavailable(
    "needs_reauthorization",
    "No integration of this project can read the repository at the moment.",
  );
}
