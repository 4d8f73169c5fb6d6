import { and, desc, eq, inArray, sql } from "drizzle-orm";
import { apps, deployments } from "@/db";
import type { ProjectContext } from "@/lib/access";
import { selectRows, toDeploymentRow } from "@/lib/deployments/view";
import type { DeploymentRow } from "@/lib/deployments/views";

/** The newest deployment of each of these apps of the project, by app. */
export async function lastDeployments(
  ctx: ProjectContext,
  appIds: readonly string[],
): Promise<Map<string, DeploymentRow>> {
  if (appIds.length === 0) return new Map();
  const rows = await selectRows()
    .where(
      and(
        eq(deployments.projectId, ctx.projectId),
        inArray(deployments.appId, [...appIds]),
        eq(deployments.number, sql`${apps.lastDeploymentNumber}`),
      ),
    )
    .orderBy(desc(deployments.createdAt));
  return new Map(rows.map((row) => [row.appId, toDeploymentRow(row)]));
}
