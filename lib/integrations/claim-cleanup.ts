import { randomUUID } from "node:crypto";
import { db, run } from "@/db";
import type { CleanupRow } from "@/lib/credentials";

/** Longer than the slowest chain of calls to a provider. */
const LEASE_SECONDS = 60;

/**
 * A webhook that its host does not let go for a whole day must not keep the token alive: near the end of the day the token does not
 * wait for it any more.
 */
const LAST_MINUTES = 60;

/** The day of a step is nearly over: what keeps a token alive is not waited for any more. */
export const isInLastHour = ({ expiresAt }: CleanupRow): boolean =>
  expiresAt.getTime() <= Date.now() + LAST_MINUTES * 60_000;

const CLAIM = {
  name: "claim-cleanup",
  text: `update cleanups set lease_token = $1, lease_until = now() + make_interval(secs => ${LEASE_SECONDS}),
      attempts = attempts + 1
    where id = (
      select c.id from cleanups c
      where c.attempt_at <= now() and c.finished_at is null and c.expires_at > now()
        and (c.lease_until is null or c.lease_until < now())
        and (c.expires_at <= now() + make_interval(mins => ${LAST_MINUTES}) or not exists (
          select 1 from cleanups before
          where before.integration_id = c.integration_id and before.finished_at is null
            and before.position > 0 and before.position < c.position))
      order by c.attempt_at limit 1 for update skip locked)
    returning id, project_id as "projectId", integration_id as "integrationId", instance_id as "instanceId", origin,
      position, kind, target, account_id as "accountId", granted_scopes as "grantedScopes", token_sealed as "tokenSealed",
      refresh_token_sealed as "refreshTokenSealed", generation, access_expires_at as "accessExpiresAt",
      refresh_unanswered_at as "refreshUnansweredAt", attempt_at as "attemptAt", attempts,
      lease_token as "leaseToken", lease_until as "leaseUntil", expires_at as "expiresAt", outcome,
      last_error as "lastError", finished_at as "finishedAt", created_at as "createdAt"`,
};

/** Takes one step that is due, for this process and a minute; null when none is. Steps of a removal come in their order. */
export async function claimCleanup(): Promise<CleanupRow | null> {
  const [row] = await run<CleanupRow>(db(), CLAIM, [randomUUID()]);
  return row ?? null;
}
