import { and, asc, eq, gt, gte, inArray, isNotNull, isNull, or } from "drizzle-orm";
import { apps, cleanups, db, deployments, integrations, users } from "@/db";
import type { RemovalFacts } from "@/db/schema";
import { type ProjectContext, requirePermission } from "@/lib/access";
import { notFound } from "@/lib/errors";
import {
  atOnceSteps,
  enteredHookStep,
  enteredTokenStep,
  lostTokenStep,
  providerStep,
} from "@/lib/integrations/receipt-steps";
import { tokenFate } from "@/lib/integrations/token-fate";
import type { Receipt } from "@/lib/integrations/views";
import { kindName, nameOf, sourceProvider } from "@/lib/providers";

/** What was done, and is still to be done, for one removal. Not for viewers. Throws `not_found` for one that was not removed. */
export async function getReceipt(ctx: ProjectContext, integrationId: string): Promise<Receipt> {
  requirePermission(ctx, "project.details");
  const row = await loadRemoved(ctx.projectId, integrationId);
  if (!row?.removedAt) throw notFound();
  const { removedAt, removal } = row;
  const facts: RemovalFacts = removal ?? { apps: [], cancelled: [], stopping: [], hasToken: true };
  const [stopped, steps] = await Promise.all([
    deploymentsOf([...facts.cancelled, ...facts.stopping]),
    cleanupsOf(integrationId, removedAt),
  ]);
  const about = { provider: nameOf(row), account: row.account };
  const fate = tokenFate(row);
  const isScript = sourceProvider(row.provider).manualHook(row.hostKind).script !== null;
  const atProvider = [
    ...steps.map((step) => providerStep(step, about)),
    ...(facts.enteredHooks ?? []).map((hook) => enteredHookStep(removedAt, hook, { ...about, isScript })),
    ...(facts.hasToken ? [] : [lostTokenStep(removedAt, facts.wasErased === true, about)]),
    ...(fate.kind === "by_hand" ? [enteredTokenStep(removedAt, fate)] : []),
  ];
  const pending = steps.filter(({ finishedAt }) => finishedAt === null);
  const kept = pending.filter(({ hasCopy }) => hasCopy);
  return {
    integrationId,
    account: row.account,
    provider: row.provider,
    hostKind: row.hostKind,
    providerName: kindName(row.provider, row.hostKind),
    host: new URL(row.origin).host,
    removedBy: row.removedBy,
    removedAt: removedAt.toISOString(),
    isOver: pending.length === 0,
    steps: [...atOnceSteps({ removedAt, facts, deployments: stopped }), ...atProvider],
    copies: kept.length,
    copiesUntil: latest(kept.map(({ expiresAt }) => expiresAt))?.toISOString() ?? null,
  };
}

/** True for an integration of the project that was removed, whether everything is taken back at its provider or not. */
export async function isRemoved(ctx: ProjectContext, integrationId: string): Promise<boolean> {
  requirePermission(ctx, "project.view");
  return (await loadRemoved(ctx.projectId, integrationId)) !== undefined;
}

async function loadRemoved(projectId: string, integrationId: string) {
  const [row] = await db()
    .select({
      provider: integrations.provider,
      origin: integrations.origin,
      hostKind: integrations.hostKind,
      apiPath: integrations.apiPath,
      hasCredentials: integrations.hasCredentials,
      account: integrations.accountLogin,
      removedAt: integrations.removedAt,
      removal: integrations.removal,
      removedBy: users.name,
    })
    .from(integrations)
    .leftJoin(users, eq(users.id, integrations.removedBy))
    .where(
      and(
        eq(integrations.projectId, projectId),
        eq(integrations.id, integrationId),
        inArray(integrations.status, ["disconnecting", "removed"]),
      ),
    );
  return row;
}

const STEP = {
  id: cleanups.id,
  target: cleanups.target,
  outcome: cleanups.outcome,
  lastError: cleanups.lastError,
  attempts: cleanups.attempts,
  attemptAt: cleanups.attemptAt,
  leaseUntil: cleanups.leaseUntil,
  finishedAt: cleanups.finishedAt,
  expiresAt: cleanups.expiresAt,
};

/** In the order in which they are done. What an earlier re-authorization left behind counts, unless it was done before. */
async function cleanupsOf(integrationId: string, removedAt: Date) {
  const rows = await db()
    .select({ ...STEP, copy: isNotNull(cleanups.tokenSealed) })
    .from(cleanups)
    .where(
      and(
        eq(cleanups.integrationId, integrationId),
        or(gt(cleanups.position, 0), isNull(cleanups.finishedAt), gte(cleanups.finishedAt, removedAt)),
      ),
    )
    .orderBy(asc(cleanups.position), asc(cleanups.createdAt), asc(cleanups.id));
  return rows.map(({ copy, ...row }) => ({ ...row, hasCopy: copy === true }));
}

const deploymentsOf = (ids: string[]) =>
  ids.length === 0
    ? Promise.resolve([])
    : db()
        .select({
          id: deployments.id,
          app: apps.name,
          number: deployments.number,
          status: deployments.status,
          finishedAt: deployments.finishedAt,
        })
        .from(deployments)
        .innerJoin(apps, eq(apps.id, deployments.appId))
        .where(inArray(deployments.id, ids))
        .orderBy(asc(apps.name), asc(deployments.number));

const latest = (dates: Date[]): Date | null =>
  dates.reduce<Date | null>((last, date) => (last && last > date ? last : date), null);
