import { randomUUID } from "node:crypto";
import { db, type IntegrationStatus, run } from "@/db";
import type { Refreshable } from "@/lib/credentials/load";

/** A call to a token endpoint takes ten seconds at most: who holds the lease has its answer, or has given up, before it ends. */
export const LEASE_SECONDS = 30;

export type Lease = {
  token: string;
  refreshTokenSealed: string;
  /** When an earlier attempt of ours began that nobody heard the end of; null when there was none. */
  unansweredAt: Date | null;
};

// The row is what was asked for, nobody else holds it, and the provider is not to be left alone yet. By the database's clock.
const TAKE = {
  name: "take-refresh-lease",
  text: `with free as (
      select c.id, c.refresh_unanswered_at as unanswered_at
      from credentials c join integrations i on i.id = c.integration_id
      where c.id = $1 and c.generation = $2 and i.status = any($4) and c.refresh_token_sealed is not null
        and (c.refresh_lease_until is null or c.refresh_lease_until <= clock_timestamp())
        and (c.refresh_retry_at is null or c.refresh_retry_at <= clock_timestamp())
      for update of c)
    update credentials c set refresh_lease_token = $3,
      refresh_lease_until = clock_timestamp() + make_interval(secs => ${LEASE_SECONDS}),
      refresh_unanswered_at = coalesce(c.refresh_unanswered_at, clock_timestamp())
    from free where c.id = free.id
    returning c.refresh_lease_token as token, c.refresh_token_sealed as "refreshTokenSealed",
      free.unanswered_at as "unansweredAt"`,
};

/**
 * Takes the right to refresh this generation, and writes down that an attempt begins before anything is sent: whoever comes after a
 * process that died then knows of it. Null when another holds it, it was replaced, or it is too early.
 */
export async function takeLease(
  { credential }: Refreshable,
  statuses: readonly IntegrationStatus[],
): Promise<Lease | null> {
  const values = [credential.id, credential.generation, randomUUID(), statuses];
  const [lease] = await run<Lease>(db(), TAKE, values);
  return lease ?? null;
}

export type Standing = {
  generation: number;
  status: IntegrationStatus;
  /** In the future only. */
  retryAt: Date | null;
  /** What is wrong with our own client, if anything. */
  problem: string | null;
};

const LOOK = {
  name: "look-at-refresh",
  text: `select c.generation, i.status, p.misconfigured_reason as problem,
      case when c.refresh_retry_at > clock_timestamp() then c.refresh_retry_at end as "retryAt"
    from credentials c join integrations i on i.id = c.integration_id
    left join provider_instances p on p.id = i.instance_id where c.id = $1`,
};

/** Where a refresh that somebody else does has got to. Null when the credential is gone. */
export async function lookAtRefresh({ credential }: Refreshable): Promise<Standing | null> {
  const [standing] = await run<Standing>(db(), LOOK, [credential.id]);
  return standing ?? null;
}

const RELEASE = {
  name: "release-refresh-lease",
  text: `update credentials set refresh_lease_token = null, refresh_lease_until = null,
      refresh_unanswered_at = case when $3 then refresh_unanswered_at else $4::timestamptz end,
      refresh_failures = refresh_failures + 1,
      refresh_retry_at = greatest($6::timestamptz, clock_timestamp() + make_interval(secs => $5))
    where id = $1 and refresh_lease_token = $2
    returning refresh_retry_at as "retryAt"`,
};

export type Release = {
  /** The provider may have done what was asked, and nobody heard of it. */
  isUnanswered: boolean;
  seconds: number;
  notBefore: Date | null;
};

/** Gives the lease back after a failure; nobody tries again before the time that is answered. Null when it was taken over. */
export async function releaseLease(
  { credential }: Refreshable,
  lease: Lease,
  { isUnanswered, seconds, notBefore }: Release,
): Promise<Date | null> {
  const values = [credential.id, lease.token, isUnanswered, lease.unansweredAt, seconds, notBefore];
  const [row] = await run<{ retryAt: Date }>(db(), RELEASE, values);
  return row?.retryAt ?? null;
}
