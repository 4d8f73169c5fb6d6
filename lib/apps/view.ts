import { attentionSentence, autoDeploySentence } from "@/lib/apps/attention";
import { toListening } from "@/lib/apps/listening";
import type { AppColumns } from "@/lib/apps/select";
import type { AppCard, AppView, LiveView, SourceView } from "@/lib/apps/views";
import { type CommitView, type DeploymentRow, siteUrl, toCommitView } from "@/lib/deployments";

/** `isDetailed` for a role that may know why a hook or a poll failed. */
export function toAppView(
  row: AppColumns,
  lastDeployment: DeploymentRow | null,
  isDetailed: boolean,
): AppView {
  return {
    id: row.id,
    projectId: row.projectId,
    name: row.name,
    host: row.host,
    siteUrl: siteUrl(row.host),
    build: {
      kind: row.buildKind,
      installCommand: row.installCommand,
      buildCommand: row.buildCommand,
      outputDirectory: row.outputDirectory,
    },
    source: toSource(row, isDetailed),
    live: toLive(row),
    lastDeployment,
    autoDeploySentence: autoDeploySentence({
      branch: row.branch ?? "",
      autoDeploy: row.autoDeploy ?? false,
      isConnected: row.integrationId !== null,
    }),
    attention: attentionOf(row),
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  };
}

export const toAppCard = (row: AppColumns, last: DeploymentRow | null): AppCard => ({
  id: row.id,
  name: row.name,
  siteUrl: siteUrl(row.host),
  repositoryName: row.repositoryName,
  branch: row.branch,
  autoDeploy: row.autoDeploy ?? false,
  live: row.live && {
    deploymentId: row.live.id,
    commit: liveCommit(row, row.live),
    since: row.liveSince?.toISOString() ?? null,
  },
  last: last && {
    id: last.id,
    number: last.number,
    status: last.status,
    at: last.finishedAt ?? last.startedAt ?? last.createdAt,
  },
  attention: attentionOf(row),
});

function toSource(row: AppColumns, isDetailed: boolean): SourceView | null {
  const { provider, repositoryExternalId, repositoryName, repositoryUrl, branch, rootDirectory } = row;
  if (provider === null || repositoryExternalId === null || repositoryName === null) return null;
  return {
    provider,
    repositoryExternalId,
    repositoryName,
    repositoryUrl: repositoryUrl ?? "",
    branch: branch ?? "",
    rootDirectory: rootDirectory ?? "",
    autoDeploy: row.autoDeploy ?? false,
    integration: toIntegration(row),
    lost: toLost(row),
    listening: toListening({
      provider,
      account: row.account,
      repositoryName,
      hookStatus: row.hookStatus,
      hookReason: isDetailed ? row.hookReason : null,
      isPolled: row.isPolled,
      pollError: isDetailed ? row.pollError : null,
    }),
  };
}

function toIntegration({ integrationId, account, integrationStatus }: AppColumns): SourceView["integration"] {
  if (integrationId === null || account === null || integrationStatus === null) return null;
  return { id: integrationId, account, status: integrationStatus };
}

const toLost = ({ lostAccount, lostBy, lostAt, connectedAgain }: AppColumns): SourceView["lost"] =>
  lostAccount === null || lostAt === null
    ? null
    : { account: lostAccount, by: lostBy, at: lostAt.toISOString(), connectedAgain };

function toLive(row: AppColumns): LiveView | null {
  if (!row.live) return null;
  return {
    deploymentId: row.live.id,
    number: row.live.number,
    commit: liveCommit(row, row.live),
    since: row.liveSince?.toISOString() ?? null,
    isRolledBack: row.live.number < row.liveFloor,
  };
}

const liveCommit = (row: AppColumns, live: NonNullable<AppColumns["live"]>): CommitView =>
  toCommitView({ ...live, repositoryUrl: row.repositoryUrl });

const attentionOf = (row: AppColumns): string | null =>
  attentionSentence({
    hasSource: row.repositoryId !== null,
    repositoryName: row.repositoryName,
    isGone: row.goneAt !== null,
    account: row.account,
    status: row.integrationStatus,
    isAllowed: row.isAllowed !== false,
    lost: toLost(row),
  });
