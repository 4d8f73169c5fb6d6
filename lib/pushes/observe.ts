import type { Transaction } from "@/db";
import type { LearnedFrom, PushKind, Verdict } from "@/db/schema";
import { enqueueDeployment, refOfBranch } from "@/lib/deployments";
import { decide } from "@/lib/pushes/decide";
import { type Follower, listFollowers } from "@/lib/pushes/followers";
import {
  findPushOfHead,
  type Head,
  lockHead,
  moveHead,
  type PushFacts,
  type RefPlace,
} from "@/lib/pushes/head";
import { addVerdicts, type NewVerdict } from "@/lib/pushes/verdicts";

/** What somebody says the head of a ref is, and on what ground. */
export type Observation = RefPlace & {
  commit: string | null;
  facts: PushFacts;
  ground: /** `deliveryId`: its row, where it has one, is concluded together with the push that it turns out to be. */
    | { learnedFrom: "delivery"; deliveryId?: string; before: string | null; isForced: boolean }
    /** The head was read while our own count of its changes stood at `seq`. */
    | { learnedFrom: Exclude<LearnedFrom, "delivery">; seq: number };
};

export type Observed =
  /** News: numbered, decided for every app, its deployments queued. */
  | { kind: "push"; pushId: string; verdicts: NewVerdict[] }
  /** It is what we knew already. */
  | { kind: "known"; pushId: string | null }
  /** The delivery does not follow from what we know: the provider has to be asked. `appIds` wait for the answer. */
  | { kind: "unsure"; appIds: string[] }
  /** The head moved while it was being read: read it again. */
  | { kind: "stale" };

/**
 * The one way in which a push takes effect, whoever saw it first: delivery, poll or reconcile. Locks the head, so that
 * observers of one ref take turns; each change takes effect once. A delivery moves the head only if its `before` is the
 * head that we know (a late older one must not deploy the past), a reading only if nothing moved while it was made.
 */
export async function observeHead(tx: Transaction, observation: Observation): Promise<Observed> {
  const head = await lockHead(tx, observation);
  if (head.commit === observation.commit) {
    return { kind: "known", pushId: await findPushOfHead(tx, observation, head.seq) };
  }
  const followers = await listFollowers(tx, observation.repositoryId);
  const { ground } = observation;
  if (ground.learnedFrom === "delivery") {
    const tracking = followers.filter(({ rules }) => refOfBranch(rules.branch) === observation.ref);
    // Nothing can deploy from a ref that nobody tracks, so its deliveries are believed as they come.
    if (ground.before !== head.commit && tracking.length > 0) {
      return { kind: "unsure", appIds: tracking.map(({ appId }) => appId) };
    }
  } else if (ground.seq !== head.seq) {
    return { kind: "stale" };
  }
  return takeEffect(tx, observation, head, followers);
}

async function takeEffect(
  tx: Transaction,
  observation: Observation,
  head: Head,
  followers: readonly Follower[],
): Promise<Observed> {
  const { pushId } = await moveHead(tx, {
    projectId: observation.projectId,
    repositoryId: observation.repositoryId,
    ref: observation.ref,
    kind: kindOf(observation, head),
    before: head.commit,
    commit: observation.commit,
    facts: observation.facts,
    learnedFrom: observation.ground.learnedFrom,
    deliveryId: ("deliveryId" in observation.ground && observation.ground.deliveryId) || null,
  });
  const verdicts: NewVerdict[] = [];
  for (const follower of followers) {
    const { verdict, facts } = decide(observation, follower.rules);
    const deploymentId = await deployIf(tx, verdict, observation, follower, pushId);
    verdicts.push({ appId: follower.appId, verdict, facts, deploymentId });
  }
  await addVerdicts(tx, observation.projectId, { pushId }, verdicts);
  return { kind: "push", pushId, verdicts };
}

async function deployIf(
  tx: Transaction,
  verdict: Verdict,
  { projectId, repositoryId, ref, commit, facts }: Observation,
  { appId, repositoryName, integrationId, plan }: Follower,
  pushId: string,
): Promise<string | null> {
  if (verdict !== "deploy" || commit === null) return null;
  const { message, author } = facts;
  const place = { projectId, appId, repositoryId, repositoryName, integrationId, ref };
  const why = { kind: "production", trigger: "push", triggeredBy: null, pushId } as const;
  const { id } = await enqueueDeployment(tx, { ...place, ...why, commit, message, author, plan });
  return id;
}

function kindOf({ commit, ground }: Observation, head: Head): PushKind {
  if (commit === null) return "deleted";
  if (head.commit === null) return "created";
  return ground.learnedFrom === "delivery" && ground.isForced ? "forced" : "updated";
}
