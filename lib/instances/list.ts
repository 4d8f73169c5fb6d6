import { asc, count, eq, notInArray, sql } from "drizzle-orm";
import { type ClientType, db, integrations, providerInstances } from "@/db";
import type { InstanceContext } from "@/lib/access";
import { callbackUrl } from "@/lib/instances/callback-url";
import type { InstanceRow } from "@/lib/instances/load";
import { webhookAddress } from "@/lib/instances/webhook-address";

/** A provider instance as an instance admin sees it. */
export type InstanceView = {
  id: string;
  provider: string;
  name: string;
  origin: string;
  host: string;
  apiUrl: string;
  clientType: ClientType;
  clientId: string | null;
  hasSecret: boolean;
  callbackUrl: string;
  managedBy: "environment" | "admin";
  /** Why its client is not accepted; null when it is, or nobody has tried. */
  problem: string | null;
  /** Set while the secret before is kept: until when at most, and whether the provider takes that one only. */
  previousSecret: { until: string; isUsed: boolean } | null;
  disabledAt: string | null;
  /** When an admin last changed what it is or how it proves itself. */
  changedAt: string;
  integrations: number;
  /** Where its app-level events are sent to; null for a client that sends none. */
  webhook: { address: string; hasSecret: boolean; heardAt: string | null; rejected: number } | null;
};

/** Every provider instance, with how many integrations of any project use it. */
export async function listInstances(_ctx: InstanceContext): Promise<InstanceView[]> {
  const rows = await db()
    .select({ row: providerInstances, integrations: count(integrations.id) })
    .from(providerInstances)
    .leftJoin(
      integrations,
      sql`${eq(integrations.instanceId, providerInstances.id)} and ${notInArray(integrations.status, ["removed"])}`,
    )
    .groupBy(providerInstances.id)
    .orderBy(asc(providerInstances.createdAt));
  return rows.map(({ row, integrations }) => toView(row, integrations));
}

const toView = (row: InstanceRow, integrations: number): InstanceView => ({
  id: row.id,
  provider: row.provider,
  name: row.name,
  origin: row.origin,
  host: new URL(row.origin).host,
  apiUrl: row.apiUrl,
  clientType: row.clientType,
  clientId: row.clientId,
  hasSecret: row.clientSecretSealed !== null,
  callbackUrl: callbackUrl(row.id),
  managedBy: row.managedBy,
  problem: row.misconfiguredReason,
  previousSecret: row.previousClientSecretUntil && {
    until: row.previousClientSecretUntil.toISOString(),
    isUsed: row.previousClientSecretUsedAt !== null,
  },
  disabledAt: row.disabledAt?.toISOString() ?? null,
  changedAt: row.updatedAt.toISOString(),
  integrations,
  webhook:
    row.clientType === "github_app"
      ? {
          address: webhookAddress(row.id),
          hasSecret: row.webhookSecretSealed !== null,
          heardAt: row.webhookHeardAt?.toISOString() ?? null,
          rejected: row.webhookRejectedCount,
        }
      : null,
});

/** The origins that a form on our pages may lead to: Chrome applies `form-action` to the redirect after it, too. */
export async function instanceOrigins(): Promise<string[]> {
  const rows = await db().selectDistinct({ origin: providerInstances.origin }).from(providerInstances);
  return rows.map(({ origin }) => new URL(origin).origin);
}
