import { and, eq, inArray, isNull, or, sql } from "drizzle-orm";
import { alias } from "drizzle-orm/pg-core";
import { apps, integrations, prepared, repositories, sources, users } from "@/db";
import { type ProjectContext, requirePermission } from "@/lib/access";
import { CONNECTED } from "@/lib/credentials";
import type { RestorableView } from "@/lib/integrations/views";

const lost = alias(integrations, "lost");
const ONE = sql`${sql.placeholder("integrationId")}::text`;

/**
 * Apps that lost their integration to a removal, by the connected integration that is the same account (for a repository of its own,
 * the same address) at the same host, whatever the provider.
 */
export async function listRestorable(ctx: ProjectContext): Promise<RestorableView[]> {
  requirePermission(ctx, "project.view");
  const grouped = new Map<string, RestorableView>();
  for (const row of await selectRestorable(ctx.projectId)) {
    const { integrationId, account, appId, appName, repositoryName, branch } = row;
    const view = grouped.get(integrationId) ?? {
      integrationId,
      account,
      removedBy: row.removedBy,
      removedAt: (row.removedAt ?? new Date(0)).toISOString(),
      apps: [],
    };
    view.apps.push({ id: appId, name: appName, repositoryName, branch });
    grouped.set(integrationId, view);
  }
  return [...grouped.values()];
}

const RESTORABLE = prepared((database) =>
  database
    .select({
      integrationId: integrations.id,
      account: integrations.accountLogin,
      lostIntegrationId: lost.id,
      removedBy: users.name,
      removedAt: lost.removedAt,
      appId: apps.id,
      appName: apps.name,
      repositoryId: repositories.id,
      externalId: repositories.externalId,
      repositoryName: repositories.fullName,
      branch: sources.branch,
    })
    .from(sources)
    .innerJoin(apps, eq(apps.id, sources.appId))
    .innerJoin(repositories, eq(repositories.id, sources.repositoryId))
    .innerJoin(lost, and(eq(lost.id, sources.lostIntegrationId), eq(lost.projectId, sources.projectId)))
    .leftJoin(users, eq(users.id, lost.removedBy))
    .innerJoin(
      integrations,
      and(
        eq(integrations.projectId, lost.projectId),
        eq(integrations.provider, lost.provider),
        eq(integrations.origin, lost.origin),
        eq(integrations.accountId, lost.accountId),
        inArray(integrations.status, [...CONNECTED]),
      ),
    )
    .where(
      and(
        eq(sources.projectId, sql.placeholder("projectId")),
        isNull(sources.integrationId),
        or(isNull(ONE), eq(integrations.id, ONE)),
      ),
    )
    .orderBy(sql`lower(${apps.name})`)
    .prepare("restorable-apps"),
);

/** The rows behind it; of one integration where that is given. */
export const selectRestorable = (projectId: string, integrationId?: string) =>
  RESTORABLE().execute({ projectId, integrationId: integrationId ?? null });
