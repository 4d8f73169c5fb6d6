import { and, eq } from "drizzle-orm";
import { db, deployments } from "@/db";
import { type ProjectContext, requirePermission } from "@/lib/access";
import { siteUrl } from "@/lib/deployments/site-url";
import { hasEnded } from "@/lib/deployments/status";
import { stepsOf } from "@/lib/deployments/steps";
import { type DetailColumns, selectDetail, toDeploymentRow } from "@/lib/deployments/view";
import type { DeploymentView } from "@/lib/deployments/views";
import { whySentence } from "@/lib/deployments/why";
import { refName, shortCommit } from "@/lib/deployments/words";
import { notFound } from "@/lib/errors";

/** One deployment of this project. Throws `not_found`. */
export async function getDeployment(ctx: ProjectContext, deploymentId: string): Promise<DeploymentView> {
  requirePermission(ctx, "project.view");
  const [row] = await selectDetail().where(
    and(eq(deployments.id, deploymentId), eq(deployments.projectId, ctx.projectId)),
  );
  if (!row) throw notFound();
  return {
    ...toDeploymentRow(row),
    projectId: row.projectId,
    appId: row.appId,
    appName: row.appName,
    why: whySentence(whyFacts(row)),
    steps: stepsOf(row),
    repositoryName: row.repositoryName,
    repositoryUrl: row.repositoryUrl,
    sourceName: row.account,
    worker: row.worker,
    waitsFor: waitsFor(row),
    isStopping: row.cancelRequestedAt !== null && !hasEnded(row.status),
    live: row.liveDeploymentId === null ? null : await findLive(row.liveDeploymentId),
    siteUrl: siteUrl(row.appHost),
    artifact: row.artifactFiles === null ? null : { files: row.artifactFiles, bytes: row.artifactBytes ?? 0 },
    isPruned: row.prunedAt !== null,
    logLines: row.logLines,
  };
}

const waitsFor = ({ status, account, integrationStatus }: DetailColumns): string | null =>
  status === "queued" && integrationStatus === "paused"
    ? `${account} is paused. This starts once somebody resumes it.`
    : null;

const whyFacts = (row: DetailColumns) => ({
  trigger: row.trigger,
  appName: row.appName,
  commit: row.commit,
  branch: refName(row.ref),
  person: row.person,
  push:
    row.learnedFrom === null || row.pushKind === null
      ? null
      : { pusher: row.pusher ?? "", learnedFrom: row.learnedFrom, kind: row.pushKind },
});

async function findLive(id: string): Promise<DeploymentView["live"]> {
  const [live] = await db()
    .select({ id: deployments.id, number: deployments.number, commit: deployments.commit })
    .from(deployments)
    .where(eq(deployments.id, id));
  return live ? { id: live.id, number: live.number, short: shortCommit(live.commit) } : null;
}
