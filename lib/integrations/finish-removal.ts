import { and, eq, isNull } from "drizzle-orm";
import { cleanups, type Transaction } from "@/db";
import { transition } from "@/lib/credentials";

/** Once nothing is left to undo at the provider, a disconnecting integration is removed. Anything else is left as it is. */
export async function finishRemoval(
  tx: Transaction,
  which: { projectId: string; integrationId: string },
): Promise<void> {
  const [left] = await tx
    .select({ id: cleanups.id })
    .from(cleanups)
    .where(and(eq(cleanups.integrationId, which.integrationId), isNull(cleanups.finishedAt)))
    .limit(1);
  if (!left) await transition(tx, which, { kind: "cleaned" });
}
