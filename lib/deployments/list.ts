import { and, desc, eq, lt } from "drizzle-orm";
import { apps, db, deployments } from "@/db";
import { type ProjectContext, requirePermission } from "@/lib/access";
import { selectRows, toDeploymentRow } from "@/lib/deployments/view";
import type { DeploymentPage } from "@/lib/deployments/views";
import { notFound } from "@/lib/errors";

const PAGE = 25;
const LARGEST_NUMBER = 2 ** 31 - 1;

/** An app's deployments, newest first, from the one before number `before`. Throws `not_found` for a foreign app. */
export async function listDeployments(
  ctx: ProjectContext,
  appId: string,
  { before = LARGEST_NUMBER, limit = PAGE }: { before?: number; limit?: number } = {},
): Promise<DeploymentPage> {
  requirePermission(ctx, "project.view");
  const [app] = await db()
    .select({ total: apps.lastDeploymentNumber })
    .from(apps)
    .where(and(eq(apps.id, appId), eq(apps.projectId, ctx.projectId)));
  if (!app) throw notFound();
  const rows = await selectRows()
    .where(and(eq(deployments.appId, appId), lt(deployments.number, before)))
    .orderBy(desc(deployments.number))
    .limit(limit + 1);
  const items = rows.slice(0, limit).map(toDeploymentRow);
  return {
    items,
    total: app.total,
    nextBefore: rows.length > limit ? (items.at(-1)?.number ?? null) : null,
  };
}
