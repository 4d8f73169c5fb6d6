import { setTimeout as delay } from "node:timers/promises";
import { db, run } from "@/db";
import { CredentialUnavailable, lookAfter, planCheck, planUnplanned } from "@/lib/credentials";
import { lookAgain } from "@/lib/integrations/look-again";
import { reportUnexpected } from "@/lib/log";
import { ProviderRejected, ProviderUnavailable } from "@/lib/providers";

type Due = { id: string; projectId: string; host: string; claimed: string };

const AT_ONCE = 16;
/** A host that takes its time holds up only this many. */
const AT_ONCE_PER_HOST = 4;
const LOOK_AGAIN_MS = 500;
const INSTANCE_PAUSE_MS = 120_000;

/** Taken by moving it ahead: another worker finds it again only when this one did not end. Some of each host, the oldest first. */
const CLAIM = {
  name: "claim-integration-checks",
  text: `with due as (
      select id, row_number() over (partition by origin order by check_at) as place from integrations
      where check_at <= now() and status in ('active', 'degraded', 'paused', 'needs_reauthorization')
        and origin <> all($1))
    update integrations set check_at = now() + interval '2 minutes'
    where id in (
      select i.id from integrations i join due on due.id = i.id
      where due.place <= ${AT_ONCE_PER_HOST} and i.check_at <= now()
      order by i.check_at limit $2 for update of i skip locked)
    returning id, project_id as "projectId", origin as host, check_at::text as claimed`,
};

/**
 * Looks after every integration that is due, several at once and only some of each host, so that a slow one holds up nobody else.
 * Answers how many it looked after.
 */
export async function runDueChecks(signal: AbortSignal): Promise<number> {
  await planUnplanned();
  const running = new Map<Promise<void>, string>();
  let count = 0;
  while (!signal.aborted) {
    const due = await claim([...running.values()]);
    for (const one of due) {
      const work = check(one).finally(() => running.delete(work));
      running.set(work, one.host);
    }
    count += due.length;
    if (running.size === 0) break;
    // Somebody may become due while a slow host is still being waited for.
    await Promise.race([...running.keys(), delay(LOOK_AGAIN_MS)]);
  }
  await Promise.all(running.keys());
  return count;
}

async function claim(busy: readonly string[]): Promise<Due[]> {
  const free = AT_ONCE - busy.length;
  if (free <= 0) return [];
  const full = [...new Set(busy)].filter(
    (host) => busy.filter((one) => one === host).length >= AT_ONCE_PER_HOST,
  );
  return await run<Due>(db(), CLAIM, [full, free]);
}

/** Never throws: what could not be planned is found again when its claim ends. */
async function check({ id, projectId, claimed }: Due): Promise<void> {
  const which = { projectId, integrationId: id };
  try {
    await planCheck(which, claimed, await look(which));
  } catch (error) {
    reportUnexpected(error, "integration check");
  }
}

/** Answers before when the provider does not want to be asked again. */
async function look(which: { projectId: string; integrationId: string }): Promise<Date | null> {
  try {
    if (await lookAfter(which)) await db().transaction((tx) => lookAgain(tx, which.integrationId));
  } catch (error) {
    if (error instanceof ProviderUnavailable) return error.retryAt;
    if (!isExpected(error)) throw error;
    // What its instance keeps from working nobody asks about every few seconds.
    if (error instanceof CredentialUnavailable && error.code === "instance_unavailable") {
      return new Date(Date.now() + INSTANCE_PAUSE_MS);
    }
  }
  return null;
}

const isExpected = (error: unknown) =>
  error instanceof CredentialUnavailable || error instanceof ProviderRejected;
