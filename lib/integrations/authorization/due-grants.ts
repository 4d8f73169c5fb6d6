import { eq, sql } from "drizzle-orm";
import { db, pendingGrants, type Transaction } from "@/db";
import { systemActor } from "@/lib/access";
import { CONNECTED } from "@/lib/credentials";
import { withdrawGrant } from "@/lib/integrations/authorization/withdraw";

/**
 * Withdraws grants that nobody can confirm any more: their ten minutes are over, their session has ended, or their integration was
 * removed. What a killed process left behind is among them. Answers how many it withdrew.
 */
export async function runDueGrants(signal: AbortSignal): Promise<number> {
  let count = 0;
  while (!signal.aborted && (await db().transaction(withdrawOne))) count += 1;
  return count;
}

async function withdrawOne(tx: Transaction): Promise<boolean> {
  const [row] = await tx
    .select()
    .from(pendingGrants)
    .where(isUseless)
    .limit(1)
    .for("update", { skipLocked: true });
  if (row) await withdrawGrant(tx, systemActor("console"), row, "expired");
  return row !== undefined;
}

const isUseless = sql`${pendingGrants.expiresAt} <= now()
  or not exists (select 1 from sessions s where s.id = ${pendingGrants.sessionId} and s.user_id = ${pendingGrants.userId}
    and s.revoked_at is null and s.expires_at > now())
  or not exists (select 1 from integrations i where i.id = ${pendingGrants.integrationId}
    and i.status in (${sql.join(
      CONNECTED.map((status) => sql`${status}`),
      sql`, `,
    )}))`;

/** Withdraws the grant of this id at once, if it still waits. */
export async function withdrawById(id: string): Promise<void> {
  await db().transaction(async (tx) => {
    const [row] = await tx.select().from(pendingGrants).where(eq(pendingGrants.id, id)).for("update");
    if (row) await withdrawGrant(tx, systemActor("console"), row, "refused");
  });
}
