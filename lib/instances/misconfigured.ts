import { and, eq, isNull } from "drizzle-orm";
import { db, providerInstances } from "@/db";

/** Our client was refused: the instance's problem, shown to instance admins. Integrations keep their status. */
export async function markMisconfigured(instanceId: string, reason: string): Promise<void> {
  await db()
    .update(providerInstances)
    .set({ misconfiguredAt: new Date(), misconfiguredReason: reason })
    .where(and(eq(providerInstances.id, instanceId), isNull(providerInstances.misconfiguredAt)));
}

/** The provider accepted our client. */
export async function clearMisconfigured(instanceId: string): Promise<void> {
  await db()
    .update(providerInstances)
    .set({ misconfiguredAt: null, misconfiguredReason: null })
    .where(eq(providerInstances.id, instanceId));
}
