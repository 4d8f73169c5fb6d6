import { and, eq, sql } from "drizzle-orm";
import { db, hooks, integrations, repositories, sources } from "@/db";
import { type ProjectContext, requirePermission } from "@/lib/access";
import { sourceProvider } from "@/lib/providers";
import { hookAddress } from "@/lib/sources/hook-address";
import { lastCallOf } from "@/lib/sources/last-call";
import type { HookPanelView } from "@/lib/sources/views";

const COLUMNS = {
  id: hooks.id,
  status: hooks.status,
  reason: hooks.statusReason,
  externalId: hooks.externalId,
  isOverlapping: sql<boolean>`coalesce(${hooks.previousSecretUntil} > now(), false)`,
  previousUntil: hooks.previousSecretUntil,
  generation: hooks.secretGeneration,
  provider: repositories.provider,
  repositoryId: repositories.id,
  repositoryName: repositories.fullName,
  hostKind: integrations.hostKind,
};

type Which = { appId: string } | { integrationId: string };

/** The webhooks of an app's repository, or of an integration: how each is set up, and what its last call said. Not for viewers. */
export async function listHookPanels(ctx: ProjectContext, which: Which): Promise<HookPanelView[]> {
  requirePermission(ctx, "project.details");
  const rows = await db()
    .select(COLUMNS)
    .from(hooks)
    .innerJoin(repositories, eq(repositories.id, hooks.repositoryId))
    .leftJoin(integrations, eq(integrations.id, hooks.integrationId))
    .where(and(eq(hooks.projectId, ctx.projectId), chosen(which)))
    .orderBy(repositories.fullName);
  return await Promise.all(rows.map(toPanel));
}

const chosen = (which: Which) =>
  "integrationId" in which
    ? eq(hooks.integrationId, which.integrationId)
    : sql`${hooks.repositoryId} in (select ${sources.repositoryId} from ${sources}
        where ${sources.appId} = ${which.appId} and ${sources.integrationId} is not null)`;

type Row = {
  id: string;
  status: HookPanelView["status"];
  reason: string | null;
  externalId: string | null;
  isOverlapping: boolean;
  previousUntil: Date | null;
  generation: number;
  provider: string;
  repositoryId: string;
  repositoryName: string;
  hostKind: string | null;
};

async function toPanel(row: Row): Promise<HookPanelView> {
  const isManual = row.externalId === null && row.status !== "registering";
  // The first secret of a webhook that a person enters was shown to nobody: none of theirs is replaced by the second.
  const isReplaced = row.isOverlapping && (row.generation > 2 || !isManual);
  const address = hookAddress(row.provider, row.id);
  const { script, call, signing: _, ...how } = sourceProvider(row.provider).manualHook(row.hostKind);
  return {
    id: row.id,
    repositoryName: row.repositoryName,
    status: row.status,
    reason: row.reason,
    isManual,
    isShown: row.generation > 1,
    address,
    how: { ...how, script: script?.(address) ?? null, call: call?.(address) ?? null },
    previousUntil: isReplaced ? (row.previousUntil?.toISOString() ?? null) : null,
    lastCall: await lastCallOf(row),
  };
}
