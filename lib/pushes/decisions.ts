import { randomUUID } from "node:crypto";
import { db, run, type Transaction } from "@/db";
import { CredentialUnavailable } from "@/lib/credentials";
import { shortCommit } from "@/lib/deployments";
import { announce } from "@/lib/events";
import { RepositoryGone } from "@/lib/providers";
import { noteFailure, troubleOf } from "@/lib/pushes/backoff";
import { type Decision, decide } from "@/lib/pushes/decide";
import { listFollowers } from "@/lib/pushes/followers";
import { forEachLimited } from "@/lib/pushes/limited";
import { type Looked, lookAtHead } from "@/lib/pushes/look";

/** A verdict that waits for the provider: what a delivery said of one app's branch. */
type Waiting = {
  id: string;
  projectId: string;
  appId: string;
  deliveryId: string;
  repositoryId: string;
  ref: string;
  after: string | null;
  attempts: number;
};

const LEASE_SECONDS = 60;
const BATCH = 100;
const AT_ONCE = 4;

const CLAIM = {
  name: "claim-decisions",
  text: `with due as (
      select id from verdicts
      where decide_at <= now() and (lease_until is null or lease_until < now())
      order by decide_at limit $3 for update skip locked
    )
    update verdicts v set lease_token = $1, lease_until = now() + make_interval(secs => $2), attempts = attempts + 1
    from due, deliveries d where v.id = due.id and d.id = v.delivery_id
    returning v.id, v.project_id as "projectId", v.app_id as "appId", v.delivery_id as "deliveryId", v.attempts,
      d.repository_id as "repositoryId", coalesce(v.facts->>'ref', d.facts->>'ref') as ref,
      coalesce(v.facts->>'after', d.facts->>'after') as after`,
};

/**
 * Decides what deliveries alone could not: reads the head, lets it take effect, and says what became of each delivery.
 * Answers how many verdicts were looked at.
 */
export async function runDueDecisions(signal: AbortSignal): Promise<number> {
  const token = randomUUID();
  const waiting = await run<Waiting>(db(), CLAIM, [token, LEASE_SECONDS, BATCH]);
  const groups = groupByRef(waiting);
  await forEachLimited(groups, AT_ONCE, signal, (group) => decideGroup(group, token));
  return waiting.length;
}

type Group = [Waiting, ...Waiting[]];

function groupByRef(waiting: readonly Waiting[]): Group[] {
  const groups = new Map<string, Group>();
  for (const one of waiting) {
    const key = `${one.repositoryId} ${one.ref}`;
    const group = groups.get(key);
    if (group) group.push(one);
    else groups.set(key, [one]);
  }
  return [...groups.values()];
}

async function decideGroup(group: Group, token: string): Promise<void> {
  const [{ projectId, repositoryId, ref }] = group;
  try {
    const looked = await lookAtHead({ projectId, repositoryId, ref }, "reconcile");
    await db().transaction(async (tx) => {
      for (const one of group) await conclude(tx, one, token, looked);
    });
  } catch (error) {
    await db().transaction((tx) => postpone(tx, group, token, error));
    // A verdict may end here, but not the looking: what was pushed is found once the repository can be read again.
    if (error instanceof RepositoryGone || isInstanceTrouble(error)) await noteFailure(repositoryId, error);
  }
}

const TOLD = {
  name: "decision-told-by-push",
  text: `with gone as (delete from verdicts where id = $1 and lease_token = $2 returning delivery_id)
    update deliveries d set outcome = 'known', push_id = $3 from gone
      where d.id = gone.delivery_id and d.outcome = 'deciding'`,
};

// What the delivery said of the app's branch stays beside what decided it.
const DECIDE = {
  name: "decide-verdict",
  text: `update verdicts set verdict = $3, facts = facts || $4::jsonb, decide_at = null, decided_at = now(), lease_token = null,
      lease_until = null
    where id = $1 and lease_token = $2`,
};

/** A delivery of the head is told by the head's own push; any other one came too late to count. */
async function conclude(tx: Transaction, one: Waiting, token: string, looked: Looked): Promise<void> {
  const { id, projectId, appId } = one;
  if (one.after === looked.commit && looked.pushId) await run(tx, TOLD, [id, token, looked.pushId]);
  else await write(tx, one, token, lateDecision(one, looked));
  await announce(tx, { kind: "push", project: projectId, app: appId });
}

function lateDecision({ ref, after }: Waiting, { commit }: Looked): Decision {
  const branch = ref.replace(/^refs\/heads\//, "");
  if (after === commit) return { verdict: "already_deployed", facts: { branch } };
  if (commit === null) return { verdict: "branch_deleted", facts: { branch } };
  return { verdict: "superseded_before_start", facts: { branch, newer: shortCommit(commit) } };
}

const write = (tx: Transaction, { id }: Waiting, token: string, { verdict, facts }: Decision) =>
  run(tx, DECIDE, [id, token, verdict, JSON.stringify(facts)]);

const POSTPONE = {
  name: "postpone-decision",
  text: `update verdicts set lease_token = null, lease_until = null,
      decide_at = greatest(now() + make_interval(secs => $3), $4::timestamptz)
    where id = $1 and lease_token = $2`,
};

async function postpone(
  tx: Transaction,
  group: readonly Waiting[],
  token: string,
  error: unknown,
): Promise<void> {
  for (const one of group) {
    const decision = await decisionWithoutAnswer(tx, one, error);
    if (decision) await write(tx, one, token, decision);
    else {
      const { seconds, retryAt } = troubleOf(error, one.attempts);
      await run(tx, POSTPONE, [one.id, token, Math.min(seconds, 10 * one.attempts ** 2), retryAt]);
    }
    await announce(tx, { kind: "push", project: one.projectId, app: one.appId });
  }
}

/** Some answers do not need the head: nobody may read it, or it is not there. Null: ask again later. */
async function decisionWithoutAnswer(
  tx: Transaction,
  { repositoryId, appId, ref, after }: Waiting,
  error: unknown,
): Promise<Decision | null> {
  if (error instanceof RepositoryGone) return { verdict: "repository_gone", facts: {} };
  if (!(error instanceof CredentialUnavailable) || isInstanceTrouble(error)) return null;
  const follower = (await listFollowers(tx, repositoryId)).find((one) => one.appId === appId);
  if (!follower) return { verdict: "app_disconnected", facts: {} };
  const decision = decide({ ref, commit: after }, follower.rules);
  return decision.verdict === "deploy" ? { ...decision, verdict: "needs_reauthorization" } : decision;
}

/** It passes, or an instance admin mends it: nothing that the app or its integration should be told of as their own. */
const isInstanceTrouble = (error: unknown): boolean =>
  error instanceof CredentialUnavailable && error.code === "instance_unavailable";
