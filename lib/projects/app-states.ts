import { and, desc, eq, sql } from "drizzle-orm";
import { apps, deployments, integrations, prepared, sources } from "@/db";
import type { DeploymentStatus, IntegrationStatus } from "@/db/schema";
import type { AppState, AppStateView } from "@/lib/projects/views";

export type AppFacts = {
  last: DeploymentStatus | null;
  isLive: boolean;
  /** Its source lost its integration, or it never had one. */
  isDisconnected: boolean;
  integration: IntegrationStatus | null;
};

/** The one thing to say about an app: what is running now, then what stops it, then how it is. */
export function stateOf({ last, isLive, isDisconnected, integration }: AppFacts): AppState {
  if (last === "building") return last;
  if (integration === "paused") return "paused";
  if (last === "queued") return last;
  if (isDisconnected) return "disconnected";
  if (integration === "needs_reauthorization") return "attention";
  if (last === "failed") return "failed";
  return isLive ? "live" : "empty";
}

export type AppStateRow = AppStateView & { lastDeploymentAt: Date | null };

const LIST = prepared((database) => {
  const last = database
    .select({ status: deployments.status, createdAt: deployments.createdAt })
    .from(deployments)
    .where(eq(deployments.appId, apps.id))
    .orderBy(desc(deployments.number))
    .limit(1)
    .as("last");
  return database
    .select({
      id: apps.id,
      projectId: apps.projectId,
      name: apps.name,
      last: last.status,
      lastDeploymentAt: last.createdAt,
      isLive: sql<boolean>`${apps.liveDeploymentId} is not null`,
      isDisconnected: sql<boolean>`${sources.integrationId} is null`,
      integration: integrations.status,
    })
    .from(apps)
    .leftJoin(sources, eq(sources.appId, apps.id))
    .leftJoin(
      integrations,
      and(eq(integrations.id, sources.integrationId), eq(integrations.projectId, sources.projectId)),
    )
    .leftJoinLateral(last, sql`true`)
    .where(sql`${apps.projectId} = any(${sql.placeholder("projectIds")})`)
    .orderBy(sql`lower(${apps.name})`)
    .prepare("app-states-of-projects");
});

/** Every app of these projects with its state, by name. One query; the last deployment of each comes from an index. */
export async function listAppStates(projectIds: readonly string[]): Promise<AppStateRow[]> {
  if (projectIds.length === 0) return [];
  const rows = await LIST().execute({ projectIds });
  return rows.map((row) => ({
    id: row.id,
    projectId: row.projectId,
    name: row.name,
    state: stateOf(row),
    lastDeploymentAt: row.lastDeploymentAt,
  }));
}
