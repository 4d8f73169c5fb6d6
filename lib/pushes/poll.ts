import { randomUUID } from "node:crypto";
import { db, run } from "@/db";
import { env } from "@/lib/env";
import { troubleOf } from "@/lib/pushes/backoff";
import { forEachLimited } from "@/lib/pushes/limited";
import { lookAtRepository } from "@/lib/pushes/reconcile";
import { HOOKED_POLL_SECONDS } from "@/lib/sources";

type Due = { id: string; leaseToken: string; failures: number };

const LEASE_SECONDS = 60;
const BATCH = 20;
const AT_ONCE = 4;

const CLAIM = {
  name: "claim-polls",
  text: `with due as (
      select id from repositories
      where poll_at <= now() and (lease_until is null or lease_until < now())
      order by poll_at limit $3 for update skip locked
    )
    update repositories r set lease_token = $1, lease_until = now() + make_interval(secs => $2)
    from due where r.id = due.id returning r.id, r.lease_token as "leaseToken", r.poll_failures as failures`,
};

/** Polls the repositories that are due, conditionally. Answers how many were asked. */
export async function runDuePolls(signal: AbortSignal): Promise<number> {
  const due = await run<Due>(db(), CLAIM, [randomUUID(), LEASE_SECONDS, BATCH]);
  await forEachLimited(due, AT_ONCE, signal, poll);
  return due.length;
}

async function poll(due: Due): Promise<void> {
  try {
    await lookAtRepository(due.id, "poll");
    const spread = 0.9 + Math.random() / 5;
    const seconds = [env().POLL_SECONDS * spread, HOOKED_POLL_SECONDS * spread];
    await run(db(), DONE, [due.id, due.leaseToken, ...seconds]);
  } catch (error) {
    const { sentence, seconds, retryAt } = troubleOf(error, due.failures);
    await run(db(), FAILED, [due.id, due.leaseToken, sentence, seconds, retryAt]);
  }
}

// A healthy hook makes polls seldom, not needless: a host never redelivers what it could not deliver. With nobody who follows
// it any more, this was the last poll.
const DONE = {
  name: "poll-done",
  text: `update repositories r set lease_token = null, lease_until = null, polled_at = now(), poll_failures = 0,
      poll_error = null, poll_at = case
        when not exists (select 1 from sources s where s.repository_id = r.id and s.integration_id is not null)
          then null
        when exists (select 1 from hooks h where h.repository_id = r.id and h.status = 'active')
          then now() + make_interval(secs => $4)
        else now() + make_interval(secs => $3) end
    where r.id = $1 and r.lease_token = $2`,
};

const FAILED = {
  name: "poll-failed",
  text: `update repositories set lease_token = null, lease_until = null, poll_failures = poll_failures + 1,
      poll_error = $3, poll_at = greatest(now() + make_interval(secs => $4), $5::timestamptz)
    where id = $1 and lease_token = $2`,
};
