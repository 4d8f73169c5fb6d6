import { and, isNotNull, lte, sql } from "drizzle-orm";
import { db, providerInstances } from "@/db";
import { erasePrevious } from "@/lib/instances/previous-secret";

/** Erases the secrets before whose overlap is over, also where nobody asks the provider anything: what is not taken any more is not kept. */
export async function eraseEndedSecrets(): Promise<void> {
  const { previousClientSecretSealed: sealed, previousClientSecretUntil: until } = providerInstances;
  const ended = await db()
    .select()
    .from(providerInstances)
    .where(and(isNotNull(sealed), lte(until, sql`now()`)));
  for (const row of ended) await erasePrevious(row, "overlap_ended");
  await db()
    .update(providerInstances)
    .set({ previousWebhookSecretSealed: null, previousWebhookSecretUntil: null })
    .where(lte(providerInstances.previousWebhookSecretUntil, sql`now()`));
}
