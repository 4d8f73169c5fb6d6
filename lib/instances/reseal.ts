import { and, eq, sql } from "drizzle-orm";
import { db, providerInstances } from "@/db";
import { clientSecretPlace } from "@/lib/instances/client-secret";
import type { InstanceRow } from "@/lib/instances/load";
import { webhookSecretPlace } from "@/lib/instances/webhook-secret";
import { type Resealed, resealAll, resealRow } from "@/lib/vault";

/** Seals the client and webhook secrets with the instance's current data key. What is replaced or erased meanwhile is left as it is. */
export const resealInstances = (): Promise<Resealed> =>
  resealAll(
    () => db().select().from(providerInstances),
    (row) =>
      resealRow(fieldsOf(row), async (tx, next) => {
        const stored = await tx
          .update(providerInstances)
          .set(next)
          .where(and(eq(providerInstances.id, row.id), isAsRead(row)))
          .returning({ id: providerInstances.id });
        return stored.length === 1;
      }),
  );

const fieldsOf = (row: InstanceRow) => ({
  clientSecretSealed: { place: clientSecretPlace(row, "client_secret"), sealed: row.clientSecretSealed },
  previousClientSecretSealed: {
    place: clientSecretPlace(row, "previous_client_secret"),
    sealed: row.previousClientSecretSealed,
  },
  webhookSecretSealed: { place: webhookSecretPlace(row, "webhook_secret"), sealed: row.webhookSecretSealed },
  previousWebhookSecretSealed: {
    place: webhookSecretPlace(row, "previous_webhook_secret"),
    sealed: row.previousWebhookSecretSealed,
  },
});

/** The address is part of what a secret is bound to, and an instance may move without another generation. */
function isAsRead(row: InstanceRow) {
  const columns = Object.keys(fieldsOf(row)) as (keyof ReturnType<typeof fieldsOf>)[];
  return and(
    eq(providerInstances.origin, row.origin),
    ...columns.map((column) => sql`${providerInstances[column]} is not distinct from ${row[column]}`),
  );
}
