import { and, asc, eq, inArray, sql } from "drizzle-orm";
import { allowedRepositories, apps, db, integrations, repositories, sources, users } from "@/db";
import { type ProjectContext, requirePermission } from "@/lib/access";
import { CONNECTED } from "@/lib/credentials";
import { notFound } from "@/lib/errors";
import { listVersion } from "@/lib/integrations/list-version";
import type { AllowList } from "@/lib/integrations/views";

/** Which repositories apps may use through an integration, and which apps use which now. Not for viewers. */
export async function getAllowList(ctx: ProjectContext, integrationId: string): Promise<AllowList> {
  requirePermission(ctx, "project.details");
  const [row] = await db()
    .select({ account: integrations.accountLogin, isRestricted: integrations.isRestricted })
    .from(integrations)
    .where(
      and(
        eq(integrations.projectId, ctx.projectId),
        eq(integrations.id, integrationId),
        inArray(integrations.status, [...CONNECTED]),
      ),
    );
  if (!row) throw notFound();
  const [listed, using] = await Promise.all([listedOf(integrationId), usingOf(integrationId)]);
  const externalIds = listed.map(({ externalId }) => externalId);
  const version = listVersion({ isRestricted: row.isRestricted, externalIds });
  return { integrationId, ...row, version, repositories: listed, apps: using };
}

const listedOf = (integrationId: string) =>
  db()
    .select({
      externalId: allowedRepositories.externalId,
      fullName: sql<string>`coalesce(${repositories.fullName}, ${allowedRepositories.fullName})`,
      addedBy: users.name,
    })
    .from(allowedRepositories)
    .innerJoin(integrations, eq(integrations.id, allowedRepositories.integrationId))
    // Where an app follows it, its name of today is known.
    .leftJoin(
      repositories,
      and(
        eq(repositories.projectId, allowedRepositories.projectId),
        eq(repositories.origin, integrations.origin),
        eq(repositories.externalId, allowedRepositories.externalId),
      ),
    )
    .leftJoin(users, eq(users.id, allowedRepositories.addedBy))
    .where(eq(allowedRepositories.integrationId, integrationId))
    .orderBy(asc(allowedRepositories.fullName));

/** The apps that use it now, with what they follow. */
export const usingOf = (integrationId: string) =>
  db()
    .select({
      id: apps.id,
      name: apps.name,
      externalId: repositories.externalId,
      repositoryName: repositories.fullName,
    })
    .from(sources)
    .innerJoin(apps, eq(apps.id, sources.appId))
    .innerJoin(repositories, eq(repositories.id, sources.repositoryId))
    .where(eq(sources.integrationId, integrationId))
    .orderBy(sql`lower(${apps.name})`);
