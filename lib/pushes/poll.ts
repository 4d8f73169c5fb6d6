import { randomUUID } from "node:crypto";
import { db, run } from "@/db";
import { sourceProvider } from "@/lib/providers";
import { troubleOf } from "@/lib/pushes/backoff";
import { forEachLimited } from "@/lib/pushes/limited";
import { pollSeconds } from "@/lib/pushes/poll-interval";
import { lookAtRepository } from "@/lib/pushes/reconcile";
import { doubtHook } from "@/lib/sources";

type Due = { id: string; leaseToken: string; failures: number };

const LEASE_SECONDS = 60;
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

/**
 * Polls the repositories that are due, for all apps of each at once, until none is left or the signal ends. As many are claimed as are
 * read at once, so that none waits for another one's slow host with its lease running. Answers how many were asked.
 */
export async function runDuePolls(signal: AbortSignal): Promise<number> {
  let asked = 0;
  while (!signal.aborted) {
    const due = await run<Due>(db(), CLAIM, [randomUUID(), LEASE_SECONDS, AT_ONCE]);
    await forEachLimited(due, AT_ONCE, signal, poll);
    asked += due.length;
    if (due.length < AT_ONCE) break;
  }
  return asked;
}

async function poll(due: Due): Promise<void> {
  try {
    const moved = await lookAtRepository(due.id, "poll");
    // What a hook should have told, it did not.
    if (moved > 0) await doubtHook(due.id);
    const { unheard, heard } = pollSeconds(await rhythmOf(due.id));
    await run(db(), DONE, [due.id, due.leaseToken, unheard, heard]);
  } catch (error) {
    const { sentence, seconds, retryAt } = troubleOf(error, due.failures);
    await run(db(), FAILED, [due.id, due.leaseToken, sentence, seconds, retryAt]);
  }
}

const RHYTHM = {
  name: "poll-rhythm",
  text: `select r.provider, extract(epoch from now() - coalesce(
      (select max(p.created_at) from pushes p where p.repository_id = r.id), r.created_at))::float8 as "quietSeconds"
    from repositories r where r.id = $1`,
};

async function rhythmOf(repositoryId: string): Promise<{ isAdaptive: boolean; quietSeconds: number }> {
  type Row = { provider: string; quietSeconds: number };
  const [row] = await run<Row>(db(), RHYTHM, [repositoryId]);
  if (!row) return { isAdaptive: false, quietSeconds: 0 };
  return {
    isAdaptive: sourceProvider(row.provider).source.kind === "url",
    quietSeconds: row.quietSeconds,
  };
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
