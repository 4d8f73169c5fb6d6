import { and, eq, inArray, isNull, sql } from "drizzle-orm";
import { cleanups, credentials, integrations, type Transaction } from "@/db";

type Account = { instanceId: string; accountId: string };

/**
 * How many tokens of this account, on this instance's client, the whole console holds or has yet to revoke. GitHub keeps ten for
 * each user, client and scope set and silently drops the oldest.
 */
export async function countTokens(tx: Transaction, account: Account): Promise<number> {
  const ofAccount = and(
    eq(integrations.instanceId, account.instanceId),
    eq(integrations.accountId, account.accountId),
  );
  const [held] = await tx
    .select({ number: sql<number>`count(*)::int` })
    .from(credentials)
    .innerJoin(integrations, eq(integrations.id, credentials.integrationId))
    .where(ofAccount);
  const [leaving] = await tx
    .select({ number: sql<number>`count(*)::int` })
    .from(cleanups)
    .innerJoin(integrations, eq(integrations.id, cleanups.integrationId))
    .where(and(ofAccount, inArray(cleanups.kind, ["revoke_token"]), isNull(cleanups.finishedAt)));
  return (held?.number ?? 0) + (leaving?.number ?? 0);
}

/** Two connections of one account, in whatever projects, are counted one after the other. */
export async function lockAccount(tx: Transaction, account: Account): Promise<void> {
  const key = `${account.instanceId} ${account.accountId}`;
  await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${key}, 7301003))`);
}
