import { and, eq, isNull } from "drizzle-orm";
import { cleanups, db, integrations, providerInstances, type Transaction } from "@/db";
import type { InstanceContext } from "@/lib/access";
import { record } from "@/lib/audit";
import { conflict, notFound } from "@/lib/errors";
import { countUse, lockInstance, refuseEnvironments } from "@/lib/instances/change";

/** Deletes a provider instance that nothing uses any more. What was removed from it keeps its history. */
export async function deleteInstance(ctx: InstanceContext, id: string): Promise<void> {
  await db().transaction(async (tx) => {
    const row = await lockInstance(tx, id);
    if (!row) throw notFound();
    refuseEnvironments(row);
    await refuseUsed(tx, row.id, row.name);
    await tx.update(integrations).set({ instanceId: null }).where(eq(integrations.instanceId, row.id));
    await tx.update(cleanups).set({ instanceId: null }).where(eq(cleanups.instanceId, row.id));
    await tx.delete(providerInstances).where(eq(providerInstances.id, row.id));
    await record(tx, ctx.actor, {
      chain: "instance",
      event: "provider_instance.deleted",
      subjectId: row.id,
      subjectName: row.name,
      facts: { origin: row.origin },
    });
  });
}

async function refuseUsed(tx: Transaction, id: string, name: string): Promise<void> {
  const used = await countUse(tx, id);
  if (used.integrations > 0) {
    throw conflict(
      `${name} has integrations in ${used.projects} projects. Remove them first, or disable it.`,
    );
  }
  const [left] = await tx
    .select({ id: cleanups.id })
    .from(cleanups)
    .where(and(eq(cleanups.instanceId, id), isNull(cleanups.finishedAt)))
    .limit(1);
  if (left) throw conflict(`Tokens and webhooks are still being taken back at ${name}. Try again later.`);
}
