import { and, eq, inArray, lt, or, type SQL, sql } from "drizzle-orm";
import { db, instanceDeliveries, integrations, providerInstances, type Transaction } from "@/db";
import { CONNECTED } from "@/lib/credentials";
import type { ClientEvent } from "@/lib/providers";

export type InstanceDelivery = { instanceId: string; deliveryId: string; event: string; bodyHash: string };

/**
 * One transaction: the delivery, and every integration that it concerns in every project, which the worker looks at next. A delivery id
 * that was seen before has no second effect.
 */
export async function takeInForInstance(received: InstanceDelivery, event: ClientEvent): Promise<string> {
  return await db().transaction(async (tx) => {
    const [stored] = await tx
      .insert(instanceDeliveries)
      .values(received)
      .onConflictDoNothing()
      .returning({ id: instanceDeliveries.id });
    if (!stored) return "repeated";
    await noteHeard(tx, received.instanceId);
    const affected = await haveLookedAt(tx, received.instanceId, event);
    await tx.update(instanceDeliveries).set({ affected }).where(eq(instanceDeliveries.id, stored.id));
    return event.kind;
  });
}

async function noteHeard(tx: Transaction, instanceId: string): Promise<void> {
  await tx
    .update(providerInstances)
    .set({ webhookHeardAt: sql`now()` })
    .where(eq(providerInstances.id, instanceId));
  const monthAgo = sql`now() - interval '30 days'`;
  await tx.delete(instanceDeliveries).where(lt(instanceDeliveries.receivedAt, monthAgo));
}

async function haveLookedAt(tx: Transaction, instanceId: string, event: ClientEvent): Promise<number> {
  const whom = concerned(event);
  if (!whom) return 0;
  const found = await tx
    .update(integrations)
    .set({ checkAt: sql`now()`, ...(event.kind === "revoked" ? { revocationReportedAt: sql`now()` } : {}) })
    .where(and(eq(integrations.instanceId, instanceId), inArray(integrations.status, [...CONNECTED]), whom))
    .returning({ id: integrations.id });
  return found.length;
}

/** Whose token may have changed; an installation concerns everybody who reaches it. Null for what concerns nobody. */
function concerned(event: ClientEvent): SQL | undefined | null {
  if (event.kind === "revoked") return eq(integrations.accountId, event.accountId);
  if (event.kind !== "installation") return null;
  const reaches = sql`${integrations.installations} @> ${JSON.stringify([{ id: event.installationId }])}::jsonb`;
  return event.accountIds.length > 0
    ? or(reaches, inArray(integrations.accountId, event.accountIds))
    : reaches;
}
