import { eq } from "drizzle-orm";
import { db, providerInstances, type Transaction } from "@/db";
import type { InstanceContext } from "@/lib/access";
import { record } from "@/lib/audit";
import { notFound } from "@/lib/errors";
import { lockInstance } from "@/lib/instances/change";

/** What looks at once after everything that waited for an instance. Lives above this module. */
export type WakeInstance = (tx: Transaction, instanceId: string) => Promise<void>;

/**
 * Switches a provider instance off, or on again. While it is off nothing is sent to it: no token is opened, no repository polled, nobody
 * authorizes there. What is stored stays, and integrations keep their status. Also of the one that the environment sets: it stays off at
 * the next start.
 */
export async function setInstanceEnabled(
  ctx: InstanceContext,
  input: { id: string; isEnabled: boolean },
  wake: WakeInstance,
): Promise<void> {
  await db().transaction(async (tx) => {
    const row = await lockInstance(tx, input.id);
    if (!row) throw notFound();
    if ((row.disabledAt === null) === input.isEnabled) return;
    await tx
      .update(providerInstances)
      .set({ disabledAt: input.isEnabled ? null : new Date() })
      .where(eq(providerInstances.id, row.id));
    if (input.isEnabled) await wake(tx, row.id);
    await record(tx, ctx.actor, {
      chain: "instance",
      event: input.isEnabled ? "provider_instance.enabled" : "provider_instance.disabled",
      subjectId: row.id,
      subjectName: row.name,
      facts: { origin: row.origin },
    });
  });
}
