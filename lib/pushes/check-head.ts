import { db, run, type Transaction } from "@/db";
import type { ClaimedDeployment } from "@/lib/deployments";
import { observeHead } from "@/lib/pushes/observe";

export type HeadNow = { commit: string | null; message: string; author: string };
export type HeadCheck = { kind: "current" } | { kind: "superseded"; by: string };

/** Deployments of the head: those that mean one commit whatever the head is are built as they are. */
const OF_THE_HEAD = ["push", "initial", "manual", "catch_up"];

const NEWER = {
  name: "newer-deployment",
  text: `select commit from deployments
    where app_id = $1 and kind = $2 and ref = $3 and number > $4 and status <> 'cancelled'
    order by number desc limit 1`,
};

/**
 * What the worker calls once it has fetched the branch, before it builds: if the head has moved since the deployment was
 * claimed, the new head becomes a push of its own; where that one deploys, this one is superseded and must not be built.
 */
export async function checkHead(deployment: ClaimedDeployment, head: HeadNow): Promise<HeadCheck> {
  if (head.commit === deployment.commit || !OF_THE_HEAD.includes(deployment.trigger))
    return { kind: "current" };
  return db().transaction(async (tx) => {
    const { projectId, repositoryId, ref, headSeq } = deployment;
    const facts = { message: head.message, author: head.author, pusher: "" };
    const ground = { learnedFrom: "reconcile", seq: headSeq } as const;
    await observeHead(tx, { projectId, repositoryId, ref, commit: head.commit, facts, ground });
    const newer = await findNewer(tx, deployment);
    return newer === null ? { kind: "current" } : { kind: "superseded", by: newer };
  });
}

async function findNewer(tx: Transaction, deployment: ClaimedDeployment): Promise<string | null> {
  const { appId, kind, ref, number } = deployment;
  const [row] = await run<{ commit: string }>(tx, NEWER, [appId, kind, ref, number]);
  return row?.commit ?? null;
}
