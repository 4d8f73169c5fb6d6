import { and, desc, eq, gte, inArray, sql } from "drizzle-orm";
import { apps, credentialUses, db, integrations, repositories, sources } from "@/db";
import { type ProjectContext, requirePermission } from "@/lib/access";
import { notFound } from "@/lib/errors";
import type { UseView } from "@/lib/integrations/views";

const DAYS = 14;

/** What the console does with a credential by itself, for each purpose. */
const WORDS: Record<string, string> = {
  read_head: "looked for new commits",
  read_commit: "read a new commit",
  read_repository: "looked up where the repository is",
  hook: "looked after the webhook",
  delete_hook: "deleted a webhook",
  health: "checked that the token works",
  confirm: "asked the provider whether the token was revoked",
  refresh: "fetched a fresh token",
  repository_search: "searched repositories for somebody",
};

/**
 * How often the console opened this integration's credential by itself in the last two weeks, summed up for each day, purpose and
 * repository, newest first; with the apps that it was for. For owners and admins.
 */
export async function listUses(ctx: ProjectContext, integrationId: string): Promise<UseView[]> {
  requirePermission(ctx, "activity.all");
  const [integration] = await db()
    .select({ id: integrations.id })
    .from(integrations)
    .where(and(eq(integrations.projectId, ctx.projectId), eq(integrations.id, integrationId)));
  if (!integration) throw notFound();
  const rows = await selectUses(integrationId);
  const users = await appsOf(ctx.projectId, [...new Set(rows.map(({ repositoryId }) => repositoryId))]);
  return rows.map(({ repositoryId, purpose, lastAt, ...row }) => ({
    ...row,
    id: `${row.day} ${purpose} ${repositoryId}`,
    what: WORDS[purpose] ?? `used it (${purpose.replaceAll("_", " ")})`,
    lastAt: lastAt.toISOString(),
    apps: users.get(repositoryId) ?? [],
  }));
}

const selectUses = (integrationId: string) =>
  db()
    .select({
      day: credentialUses.day,
      purpose: credentialUses.purpose,
      repositoryId: credentialUses.repositoryId,
      repositoryName: repositories.fullName,
      count: credentialUses.count,
      lastAt: credentialUses.lastAt,
    })
    .from(credentialUses)
    .leftJoin(
      repositories,
      and(
        eq(repositories.id, credentialUses.repositoryId),
        eq(repositories.projectId, credentialUses.projectId),
      ),
    )
    .where(
      and(
        eq(credentialUses.integrationId, integrationId),
        gte(credentialUses.day, sql`(now() at time zone 'utc')::date - ${DAYS}::int`),
      ),
    )
    .orderBy(desc(credentialUses.day), desc(credentialUses.lastAt));

async function appsOf(projectId: string, repositoryIds: string[]): Promise<Map<string, string[]>> {
  if (repositoryIds.length === 0) return new Map();
  const rows = await db()
    .select({ repositoryId: sources.repositoryId, name: apps.name })
    .from(sources)
    .innerJoin(apps, eq(apps.id, sources.appId))
    .where(and(eq(sources.projectId, projectId), inArray(sources.repositoryId, repositoryIds)))
    .orderBy(sql`lower(${apps.name})`);
  const grouped = new Map<string, string[]>();
  for (const { repositoryId, name } of rows)
    grouped.set(repositoryId, [...(grouped.get(repositoryId) ?? []), name]);
  return grouped;
}
