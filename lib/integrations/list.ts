import { and, asc, eq, inArray, sql } from "drizzle-orm";
import { apps, db, integrations, providerInstances, sources, users } from "@/db";
import type { ProjectContext } from "@/lib/access";
import { requirePermission } from "@/lib/access";
import { CONNECTED, disabledSentence, statusSentence } from "@/lib/credentials";
import type { IntegrationView } from "@/lib/integrations/views";
import { sourceProvider } from "@/lib/providers";

/** The project's integrations, broken ones first, then by age. */
export async function listIntegrations(ctx: ProjectContext): Promise<IntegrationView[]> {
  requirePermission(ctx, "project.view");
  const [rows, using] = await Promise.all([selectViews(ctx.projectId), appsByIntegration(ctx.projectId)]);
  return rows.map((row) => toIntegrationView(row, using.get(row.id) ?? []));
}

export const viewColumns = {
  id: integrations.id,
  instanceId: integrations.instanceId,
  provider: integrations.provider,
  origin: integrations.origin,
  account: integrations.accountLogin,
  status: integrations.status,
  reason: integrations.statusReason,
  since: integrations.statusSince,
  pausedBy: sql<
    string | null
  >`(select ${users.name} from ${users} where ${users.id} = ${integrations.pausedBy})`,
  disabledInstance: sql<string | null>`(select ${providerInstances.name} from ${providerInstances}
    where ${providerInstances.id} = ${integrations.instanceId} and ${providerInstances.disabledAt} is not null)`,
  lastUsedAt: integrations.lastUsedAt,
  authorizedBy: users.name,
  authorizedAt: integrations.authorizedAt,
};

const selectViews = (projectId: string) =>
  db()
    .select(viewColumns)
    .from(integrations)
    .leftJoin(users, eq(users.id, integrations.authorizedBy))
    .where(and(eq(integrations.projectId, projectId), inArray(integrations.status, [...CONNECTED])))
    .orderBy(
      sql`case ${integrations.status} when 'needs_reauthorization' then 0 when 'degraded' then 1 else 2 end`,
      asc(integrations.createdAt),
    );

export type ViewRow = Awaited<ReturnType<typeof selectViews>>[number];

export function toIntegrationView(row: ViewRow, usedBy: { id: string; name: string }[]): IntegrationView {
  const providerName = sourceProvider(row.provider).name;
  const { status, reason, pausedBy } = row;
  return {
    id: row.id,
    instanceId: row.instanceId,
    provider: row.provider,
    providerName,
    account: row.account,
    host: new URL(row.origin).host,
    status,
    reason,
    sentence: statusSentence({ status, reason, provider: providerName, pausedBy }),
    instanceProblem: row.disabledInstance === null ? null : disabledSentence(row.disabledInstance),
    since: row.since.toISOString(),
    usedBy,
    lastUsedAt: row.lastUsedAt?.toISOString() ?? null,
    authorizedBy: row.authorizedBy,
    authorizedAt: row.authorizedAt.toISOString(),
    action: status === "needs_reauthorization" ? "reauthorize" : null,
  };
}

/** The apps of a project by the integration that they use. */
export async function appsByIntegration(projectId: string) {
  const rows = await db()
    .select({ integrationId: sources.integrationId, id: apps.id, name: apps.name })
    .from(sources)
    .innerJoin(apps, eq(apps.id, sources.appId))
    .where(eq(sources.projectId, projectId))
    .orderBy(sql`lower(${apps.name})`);
  const grouped = new Map<string, { id: string; name: string }[]>();
  for (const { integrationId, id, name } of rows) {
    if (integrationId) grouped.set(integrationId, [...(grouped.get(integrationId) ?? []), { id, name }]);
  }
  return grouped;
}
