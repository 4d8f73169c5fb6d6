import { eq, sql } from "drizzle-orm";
import { alias } from "drizzle-orm/pg-core";
import { apps, db, deployments, hooks, integrations, repositories, sources, users } from "@/db";
import { COMMIT } from "@/lib/deployments";
import { isAllowedHere } from "@/lib/sources";

const lostIntegrations = alias(integrations, "lost_integrations");
const removers = alias(users, "removers");

const COLUMNS = {
  id: apps.id,
  projectId: apps.projectId,
  name: apps.name,
  host: apps.host,
  buildKind: apps.buildKind,
  installCommand: apps.installCommand,
  buildCommand: apps.buildCommand,
  outputDirectory: apps.outputDirectory,
  createdAt: apps.createdAt,
  updatedAt: apps.updatedAt,
  liveSince: apps.liveSince,
  liveFloor: apps.liveFloor,
  repositoryId: sources.repositoryId,
  branch: sources.branch,
  rootDirectory: sources.rootDirectory,
  autoDeploy: sources.autoDeploy,
  lostAt: sources.lostAt,
  provider: repositories.provider,
  repositoryExternalId: repositories.externalId,
  repositoryName: repositories.fullName,
  repositoryUrl: repositories.webUrl,
  isPolled: sql<boolean>`${repositories.pollAt} is not null`,
  pollError: repositories.pollError,
  goneAt: repositories.goneAt,
  integrationId: integrations.id,
  account: integrations.accountLogin,
  integrationStatus: integrations.status,
  lostAccount: lostIntegrations.accountLogin,
  lostBy: removers.name,
  /** The same account, connected again. */
  connectedAgain: sql<string | null>`(select again.id from ${integrations} again
    where again.project_id = ${lostIntegrations.projectId} and again.provider = ${lostIntegrations.provider}
      and again.origin = ${lostIntegrations.origin} and again.account_id = ${lostIntegrations.accountId}
      and again.status not in ('disconnecting', 'removed') limit 1)`,
  /** False where the integration's allow-list does not name the repository; null without an integration. */
  isAllowed: sql<boolean | null>`${isAllowedHere}`,
  hookStatus: hooks.status,
  hookReason: hooks.statusReason,
  live: { id: deployments.id, number: deployments.number, ...COMMIT },
};

/** Apps with what they follow and what is live. */
export const selectApps = () =>
  db()
    .select(COLUMNS)
    .from(apps)
    .leftJoin(sources, eq(sources.appId, apps.id))
    .leftJoin(repositories, eq(repositories.id, sources.repositoryId))
    .leftJoin(integrations, eq(integrations.id, sources.integrationId))
    .leftJoin(lostIntegrations, eq(lostIntegrations.id, sources.lostIntegrationId))
    .leftJoin(removers, eq(removers.id, lostIntegrations.removedBy))
    .leftJoin(hooks, eq(hooks.repositoryId, sources.repositoryId))
    .leftJoin(deployments, eq(deployments.id, apps.liveDeploymentId))
    .$dynamic();

export type AppColumns = Awaited<ReturnType<typeof selectApps>>[number];
