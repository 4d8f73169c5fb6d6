import { and, desc, eq, sql } from "drizzle-orm";
import { apps, deployments, prepared } from "@/db";
import type { ProjectContext } from "@/lib/access";
import { selectRows, toDeploymentRow } from "@/lib/deployments/view";
import type { DeploymentRow } from "@/lib/deployments/views";

const LAST = prepared(() =>
  selectRows()
    .where(
      and(
        eq(deployments.projectId, sql.placeholder("projectId")),
        sql`${deployments.appId} = any(${sql.placeholder("appIds")})`,
        eq(deployments.number, sql`${apps.lastDeploymentNumber}`),
      ),
    )
    .orderBy(desc(deployments.createdAt))
    .prepare("last-deployments-of-apps"),
);

/** The newest deployment of each of these apps of the project, by app. */
export async function lastDeployments(
  ctx: ProjectContext,
  appIds: readonly string[],
): Promise<Map<string, DeploymentRow>> {
  if (appIds.length === 0) return new Map();
  const rows = await LAST().execute({ projectId: ctx.projectId, appIds });
  return new Map(rows.map((row) => [row.appId, toDeploymentRow(row)]));
}
