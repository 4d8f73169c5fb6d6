import { and, eq, sql } from "drizzle-orm";
import { apps, deployments } from "@/db";
import { type ProjectContext, requirePermission, transactAs } from "@/lib/access";
import { record } from "@/lib/audit";
import { statusWord } from "@/lib/deployments/status";
import { conflict, notFound } from "@/lib/errors";
import { announce } from "@/lib/events";

/**
 * Puts an earlier deployment live again, at once and without building. What is on its way now does not replace it; the next
 * push does. Rolling back to what is live already changes nothing. Throws `conflict` where its files cannot be shown.
 */
export async function rollBack(
  ctx: ProjectContext,
  input: { deploymentId: string },
): Promise<{ number: number }> {
  requirePermission(ctx, "app.deploy");
  return transactAs(ctx, "app.deploy", async (tx) => {
    const [found] = await tx
      .select({ appId: deployments.appId })
      .from(deployments)
      .where(and(eq(deployments.id, input.deploymentId), eq(deployments.projectId, ctx.projectId)));
    if (!found) throw notFound();
    const [app] = await tx
      .select({ name: apps.name, live: apps.liveDeploymentId })
      .from(apps)
      .where(eq(apps.id, found.appId))
      .for("no key update");
    // Read under the app's lock, which pruning takes too.
    const [target] = await tx.select(TARGET).from(deployments).where(eq(deployments.id, input.deploymentId));
    if (!app || !target) throw notFound();
    if (app.live === input.deploymentId) return { number: target.number };
    assertShowable(target);
    await tx
      .update(apps)
      .set({
        liveDeploymentId: input.deploymentId,
        liveFloor: sql`${apps.lastDeploymentNumber}`,
        liveSince: new Date(),
      })
      .where(eq(apps.id, found.appId));
    await announce(tx, {
      kind: "app",
      project: ctx.projectId,
      app: found.appId,
      deployment: input.deploymentId,
    });
    await record(tx, ctx.actor, {
      chain: ctx.projectId,
      event: "deployment.rolled_back",
      subjectId: input.deploymentId,
      subjectName: app.name,
      facts: { app: found.appId, number: target.number, from: app.live },
    });
    return { number: target.number };
  });
}

const TARGET = {
  number: deployments.number,
  kind: deployments.kind,
  status: deployments.status,
  prunedAt: deployments.prunedAt,
};

type Target = Pick<typeof deployments.$inferSelect, keyof typeof TARGET>;

function assertShowable({ number, kind, status, prunedAt }: Target): void {
  if (status !== "ready") {
    throw conflict(`Deployment ${number} is ${statusWord(status)}: only one that is Ready can be put live.`);
  }
  if (kind !== "production") throw conflict(`Deployment ${number} was not built for production.`);
  if (prunedAt) {
    throw conflict(`The files of deployment ${number} were deleted to make room. Redeploy it instead.`);
  }
}
