import { type SQL, sql } from "drizzle-orm";
import type { AnyPgColumn } from "drizzle-orm/pg-core";
import { cleanups, integrations, pendingGrants, type Transaction } from "@/db";

type Account = { instanceId: string; accountId: string };

/** GitHub keeps ten. Room for one is kept: while a token is replaced, the account has two. */
const MOST_KEPT = 9;

/** A dead token is none of those that the provider keeps. */
const DEAD = ["expired", "revoked"];

export type Counted = {
  /** How many there will be once what is granted now is in place, and what it replaces is gone. */
  afterwards: number;
  /** With this one, the provider would drop the oldest. */
  isTooMany: boolean;
};

/**
 * Counts the tokens of an account, on an instance's client, that can do the same: those that the whole console holds, that wait for
 * a confirmation, and that have yet to be revoked. GitHub keeps ten for each user, client and scope set and silently drops the
 * oldest. `replaced` is the integration whose token goes, if any.
 */
export async function countTokens(
  tx: Transaction,
  account: Account & { scopes: readonly string[] },
  replaced: typeof integrations.$inferSelect | null,
): Promise<Counted> {
  const { instanceId, accountId, scopes } = account;
  const isSame = (column: SQL | AnyPgColumn) => {
    const set = sql`array[${sql.join(
      scopes.map((scope) => sql`${scope}`),
      sql`, `,
    )}]::text[]`;
    return sql`(${column} @> ${set} and ${column} <@ ${set})`;
  };
  const { rows } = await tx.execute<{ number: number; freed: number }>(sql`
    with held as (
      select i.id from credentials c join integrations i on i.id = c.integration_id
      where i.instance_id = ${instanceId} and i.account_id = ${accountId} and ${isSame(sql`i.granted_scopes`)}
        and not (i.status = 'needs_reauthorization' and i.status_reason in (${sql.join(
          DEAD.map((reason) => sql`${reason}`),
          sql`, `,
        )}))
    ), waiting as (
      select id from ${pendingGrants}
      where instance_id = ${instanceId} and account_id = ${accountId} and ${isSame(sql`granted_scopes`)}
    ), leaving as (
      select c.id from ${cleanups} c left join ${integrations} i on i.id = c.integration_id
      where c.kind = 'revoke_token' and c.finished_at is null and c.instance_id = ${instanceId}
        and coalesce(c.account_id, i.account_id) = ${accountId}
        and ${isSame(sql`coalesce(c.granted_scopes, i.granted_scopes)`)}
    )
    select (select count(*) from held)::int + (select count(*) from waiting)::int + (select count(*) from leaving)::int as number,
      (select count(*) from held where id = ${replaced?.id ?? null})::int as freed`);
  const { number, freed } = rows[0] ?? { number: 0, freed: 0 };
  return { afterwards: number + 1 - freed, isTooMany: number >= MOST_KEPT + freed };
}

/** Two connections of one account, in whatever projects, are counted one after the other. */
export async function lockAccount(tx: Transaction, account: Account): Promise<void> {
  const key = `${account.instanceId} ${account.accountId}`;
  await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${key}, 7301003))`);
}
