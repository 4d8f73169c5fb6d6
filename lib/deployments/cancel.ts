import { eq } from "drizzle-orm";
import { deployments, run, type Transaction } from "@/db";
import type { DeploymentStatus } from "@/db/schema";
import { type ProjectContext, requirePermission, transactAs } from "@/lib/access";
import { record } from "@/lib/audit";
import { cancelledSentence } from "@/lib/deployments/sentences";
import { statusWord } from "@/lib/deployments/status";
import { notifyCancel } from "@/lib/deployments/work";
import { conflict, notFound } from "@/lib/errors";
import { announce } from "@/lib/events";

type Target = { appId: string; number: number; status: DeploymentStatus; isRequested: boolean };

// What a pause asked for only sends it back to the queue: a person's wish to end it comes on top.
const LOCK = {
  name: "lock-deployment-to-cancel",
  text: `select app_id as "appId", number, status,
      cancel_requested_at is not null and cancel_reason is distinct from 'integration_paused' as "isRequested"
    from deployments where id = $1 and project_id = $2 for update`,
};

/**
 * Stops a deployment: a queued one at once, a building one as soon as its worker hears of it (within two seconds). Asking
 * twice changes nothing. Throws `conflict` when it has ended.
 */
export async function cancelDeployment(
  ctx: ProjectContext,
  input: { deploymentId: string },
): Promise<{ status: DeploymentStatus }> {
  requirePermission(ctx, "app.deploy");
  return transactAs(ctx, "app.deploy", async (tx) => {
    const [target] = await run<Target>(tx, LOCK, [input.deploymentId, ctx.projectId]);
    if (!target) throw notFound();
    if (target.status === "building" && target.isRequested) return { status: "building" };
    const status = await stop(tx, ctx, input.deploymentId, target);
    await announce(tx, {
      kind: "deployment",
      project: ctx.projectId,
      app: target.appId,
      deployment: input.deploymentId,
    });
    await record(tx, ctx.actor, {
      chain: ctx.projectId,
      event: "deployment.cancelled",
      subjectId: input.deploymentId,
      facts: { app: target.appId, number: target.number },
    });
    return { status };
  });
}

async function stop(
  tx: Transaction,
  ctx: ProjectContext,
  id: string,
  { status, number }: Target,
): Promise<DeploymentStatus> {
  const write = (values: Partial<typeof deployments.$inferInsert>) =>
    tx.update(deployments).set(values).where(eq(deployments.id, id));
  if (status === "queued") {
    await write({
      status: "cancelled",
      reason: "cancelled_by",
      sentence: cancelledSentence(ctx.user.name),
      cancelledBy: ctx.user.id,
      runAt: null,
      finishedAt: new Date(),
    });
    return "cancelled";
  }
  if (status === "building") {
    await write({ cancelRequestedAt: new Date(), cancelReason: "cancelled_by", cancelledBy: ctx.user.id });
    await notifyCancel(tx, [id]);
    return "building";
  }
  throw conflict(`Deployment ${number} has already ended: ${statusWord(status)}.`);
}
