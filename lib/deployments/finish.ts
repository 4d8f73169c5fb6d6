import { db, run, type Transaction } from "@/db";
import type { DeploymentStatus } from "@/db/schema";
import type { Outcome } from "@/lib/deployments/outcome";
import { notLiveSentence } from "@/lib/deployments/sentences";
import { lockRunning, type Running, settle } from "@/lib/deployments/settle";
import { settlementOf } from "@/lib/deployments/settlement";
import { announce } from "@/lib/events";

export type Finished = { status: DeploymentStatus; isLive: boolean };

/**
 * Ends a worker's attempt: ready (which makes it live, atomically, unless something newer is), failed, cancelled, or queued
 * again. Whatever does not become ready leaves the site as it was; the caller then removes the files it had published.
 * "lost": the lease is somebody else's by now, and nothing was written.
 */
export async function finishDeployment(
  id: string,
  leaseToken: string,
  outcome: Outcome,
): Promise<Finished | "lost"> {
  return db().transaction(async (tx) => {
    const running = await lockRunning(tx, id, leaseToken);
    if (!running) return "lost";
    const settlement = settlementOf(running, outcome, Math.random);
    if (settlement.status !== "ready" || running.kind !== "production") {
      await settle(tx, running, settlement);
      return { status: settlement.status, isLive: false };
    }
    const newer = await switchLive(tx, running);
    const words = newer === null ? {} : { reason: "older_than_live", sentence: notLiveSentence(newer) };
    await settle(tx, running, { ...settlement, ...words });
    return { status: "ready", isLive: newer === null };
  });
}

const SWITCH = {
  name: "switch-live",
  text: `update apps set live_deployment_id = $2, live_floor = $3, live_since = now()
    where id = $1 and live_floor < $3 returning id`,
};

const LIVE_NUMBER = {
  name: "live-number",
  text: `select d.number from apps a join deployments d on d.id = a.live_deployment_id where a.id = $1`,
};

/** Makes it live. The number of what stays live instead, where that was put live after this one was queued. */
async function switchLive(
  tx: Transaction,
  { id, appId, projectId, number }: Running,
): Promise<number | null> {
  const switched = await run(tx, SWITCH, [appId, id, number]);
  if (switched.length === 1) {
    await announce(tx, { kind: "app", project: projectId, app: appId, deployment: id });
    return null;
  }
  const [live] = await run<{ number: number }>(tx, LIVE_NUMBER, [appId]);
  return live?.number ?? number;
}
