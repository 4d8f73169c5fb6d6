import { eq, sql } from "drizzle-orm";
import { apps, db, deployments, integrations, pushes, repositories, users } from "@/db";
import { hasEnded } from "@/lib/deployments/status";
import type { CommitView, DeploymentRow } from "@/lib/deployments/views";
import { refName, shortCommit, titleOf } from "@/lib/deployments/words";

/** The columns of a deployment's commit, as `toCommitView` takes them. */
export const COMMIT = {
  commit: deployments.commit,
  message: deployments.commitMessage,
  author: deployments.commitAuthor,
};

/** The columns that a row of a list is made of; everything else stays on the server. */
const ROW = {
  id: deployments.id,
  appId: deployments.appId,
  number: deployments.number,
  kind: deployments.kind,
  trigger: deployments.trigger,
  status: deployments.status,
  step: deployments.step,
  reason: deployments.reason,
  sentence: deployments.sentence,
  ref: deployments.ref,
  ...COMMIT,
  cancelRequestedAt: deployments.cancelRequestedAt,
  createdAt: deployments.createdAt,
  startedAt: deployments.startedAt,
  finishedAt: deployments.finishedAt,
  prunedAt: deployments.prunedAt,
  isLive: sql<boolean>`${apps.liveDeploymentId} is not distinct from ${deployments.id}`,
  repositoryUrl: repositories.webUrl,
};

const DETAIL = {
  ...ROW,
  projectId: deployments.projectId,
  appId: deployments.appId,
  appName: apps.name,
  appHost: apps.host,
  liveDeploymentId: apps.liveDeploymentId,
  person: users.name,
  pusher: pushes.pusher,
  learnedFrom: pushes.learnedFrom,
  pushKind: pushes.kind,
  repositoryName: deployments.repositoryName,
  account: integrations.accountLogin,
  integrationStatus: integrations.status,
  worker: deployments.worker,
  checkedOutAt: deployments.checkedOutAt,
  builtAt: deployments.builtAt,
  artifactFiles: deployments.artifactFiles,
  artifactBytes: deployments.artifactBytes,
  logLines: deployments.logLines,
};

export const selectRows = () =>
  db()
    .select(ROW)
    .from(deployments)
    .innerJoin(apps, eq(apps.id, deployments.appId))
    .leftJoin(repositories, eq(repositories.id, deployments.repositoryId))
    .$dynamic();

export const selectDetail = () =>
  db()
    .select(DETAIL)
    .from(deployments)
    .innerJoin(apps, eq(apps.id, deployments.appId))
    .leftJoin(repositories, eq(repositories.id, deployments.repositoryId))
    .leftJoin(users, eq(users.id, deployments.triggeredBy))
    .leftJoin(pushes, eq(pushes.id, deployments.pushId))
    .leftJoin(integrations, eq(integrations.id, deployments.integrationId))
    .$dynamic();

type RowColumns = Awaited<ReturnType<typeof selectRows>>[number];
export type DetailColumns = Awaited<ReturnType<typeof selectDetail>>[number];

/** A commit's page at its host. Every host that we know has it below the repository's own page. */
export function toCommitView(p: {
  commit: string;
  message: string;
  author: string;
  repositoryUrl: string | null;
}): CommitView {
  return {
    sha: p.commit,
    short: shortCommit(p.commit),
    title: titleOf(p.message),
    author: p.author,
    url: p.repositoryUrl === null ? null : `${p.repositoryUrl}/commit/${p.commit}`,
  };
}

export const toDeploymentRow = (row: RowColumns): DeploymentRow => ({
  id: row.id,
  number: row.number,
  kind: row.kind,
  trigger: row.trigger,
  status: row.status,
  step: row.step,
  reason: row.reason,
  sentence: row.sentence,
  commit: toCommitView(row),
  branch: refName(row.ref),
  isLive: row.isLive,
  canRollBack: row.status === "ready" && row.kind === "production" && !row.isLive && row.prunedAt === null,
  canCancel: !hasEnded(row.status) && row.cancelRequestedAt === null,
  createdAt: row.createdAt.toISOString(),
  startedAt: toIso(row.startedAt),
  finishedAt: toIso(row.finishedAt),
});

export const toIso = (at: Date | null): string | null => at?.toISOString() ?? null;
