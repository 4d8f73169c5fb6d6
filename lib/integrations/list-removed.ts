import { and, count, desc, eq, gt, inArray, isNull, or, sql } from "drizzle-orm";
import { alias } from "drizzle-orm/pg-core";
import { apps, cleanups, db, integrations, sources, users } from "@/db";
import { type ProjectContext, requirePermission } from "@/lib/access";
import { CONNECTED } from "@/lib/credentials";
import type { RemovedView } from "@/lib/integrations/views";
import { kindName } from "@/lib/providers";

const again = alias(integrations, "again");

/** Integrations that were removed in the last thirty days, or whose apps still wait for them, newest first. */
export async function listRemoved(ctx: ProjectContext): Promise<RemovedView[]> {
  requirePermission(ctx, "project.view");
  const waiting = await waitingApps(ctx.projectId);
  const rows = await selectRemoved(ctx.projectId, [...waiting.keys()]);
  return rows.map(({ origin, removedAt, again, ...row }) => ({
    ...row,
    again: again ?? null,
    providerName: kindName(row.provider, row.hostKind),
    host: new URL(origin).host,
    removedAt: (removedAt ?? new Date(0)).toISOString(),
    apps: waiting.get(row.id) ?? [],
  }));
}

function selectRemoved(projectId: string, waitedFor: string[]) {
  const pending = db()
    .select({ number: count() })
    .from(cleanups)
    .where(and(eq(cleanups.integrationId, integrations.id), isNull(cleanups.finishedAt)));
  const isRecent = gt(integrations.removedAt, sql`now() - interval '30 days'`);
  return db()
    .select({
      id: integrations.id,
      provider: integrations.provider,
      account: integrations.accountLogin,
      origin: integrations.origin,
      hostKind: integrations.hostKind,
      removedBy: users.name,
      removedAt: integrations.removedAt,
      pending: sql<number>`${pending}::int`,
      again: again.id,
    })
    .from(integrations)
    .leftJoin(users, eq(users.id, integrations.removedBy))
    .leftJoin(
      again,
      and(
        eq(again.projectId, integrations.projectId),
        eq(again.provider, integrations.provider),
        eq(again.origin, integrations.origin),
        eq(again.accountId, integrations.accountId),
        inArray(again.status, [...CONNECTED]),
      ),
    )
    .where(
      and(
        eq(integrations.projectId, projectId),
        inArray(integrations.status, ["disconnecting", "removed"]),
        waitedFor.length > 0 ? or(isRecent, inArray(integrations.id, waitedFor)) : isRecent,
      ),
    )
    .orderBy(desc(integrations.removedAt));
}

async function waitingApps(projectId: string): Promise<Map<string, { id: string; name: string }[]>> {
  const rows = await db()
    .select({ lost: sources.lostIntegrationId, id: apps.id, name: apps.name })
    .from(sources)
    .innerJoin(apps, eq(apps.id, sources.appId))
    .where(and(eq(sources.projectId, projectId), isNull(sources.integrationId)))
    .orderBy(sql`lower(${apps.name})`);
  const grouped = new Map<string, { id: string; name: string }[]>();
  for (const { lost, id, name } of rows) {
    if (lost) grouped.set(lost, [...(grouped.get(lost) ?? []), { id, name }]);
  }
  return grouped;
}
