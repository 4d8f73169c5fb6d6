import { and, eq, isNull, lt, type SQL, sql } from "drizzle-orm";
import { credentials, db, integrations, providerInstances } from "@/db";
import type { Which } from "@/lib/credentials/load";
import { type Care, firstCheck, nextCheck } from "@/lib/credentials/plan";

export type CareNow = Care & Which & { now: Date };

/** What is known of an integration's health, with the database's time; null when it is gone. */
export async function loadCare(which: Which): Promise<CareNow | null> {
  const [care] = await selectCare(
    and(eq(integrations.projectId, which.projectId), eq(integrations.id, which.integrationId)),
  );
  return care ?? null;
}

const isUsed = sql<boolean>`exists (select 1 from sources s where s.integration_id = ${integrations.id})`;

async function selectCare(some: SQL | undefined, most = 1): Promise<CareNow[]> {
  const rows = await db()
    .select({
      integration: integrations,
      credential: credentials,
      clientType: providerInstances.clientType,
      isUsed,
      now: sql`clock_timestamp()`.mapWith(integrations.createdAt),
    })
    .from(integrations)
    .leftJoin(credentials, eq(credentials.integrationId, integrations.id))
    .leftJoin(providerInstances, eq(providerInstances.id, integrations.instanceId))
    .where(some)
    .limit(most);
  return rows.map(({ integration, credential, clientType, isUsed, now }) => ({
    projectId: integration.projectId,
    integrationId: integration.id,
    status: integration.status,
    reason: integration.statusReason,
    since: integration.statusSince,
    isUsed,
    isUnread: clientType === "github_app" && integration.installations === null,
    lifetime: credential && { ...credential, isRefreshable: credential.refreshTokenSealed !== null },
    retryAt: credential?.refreshRetryAt ?? null,
    isRevocationReported: integration.revocationReportedAt !== null,
    now,
  }));
}

/**
 * Plans the next look, unless somebody asked for one meanwhile. `claimed` is what the look that just ended was taken by, `notBefore`
 * the provider's own word.
 */
export async function planCheck(which: Which, claimed: string | null, notBefore: Date | null): Promise<void> {
  const care = await loadCare(which);
  if (!care) return;
  const next = nextCheck(care, care.now);
  const isOurs = sql`(${integrations.checkAt} is null or ${integrations.checkAt}::text = ${claimed})`;
  const of = eq(integrations.id, which.integrationId);
  await db().update(integrations).set({ checkAt: next }).where(and(of, isOurs));
  if (notBefore === null || next === null) return;
  const later = lt(integrations.checkAt, notBefore);
  await db().update(integrations).set({ checkAt: notBefore }).where(and(of, later));
}

const AT_ONCE = 200;

/** Whatever was connected, resumed or mended since has no time yet: whoever did it need not know of any. */
export async function planUnplanned(): Promise<void> {
  const unplanned = and(
    isNull(integrations.checkAt),
    sql`${integrations.status} in ('active', 'degraded', 'paused')`,
  );
  for (const care of await selectCare(unplanned, AT_ONCE)) {
    const next = firstCheck(care, care.now) ?? new Date(care.now.getTime() + 86_400_000);
    await db()
      .update(integrations)
      .set({ checkAt: next })
      .where(and(eq(integrations.id, care.integrationId), unplanned));
  }
}
