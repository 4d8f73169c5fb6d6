import { and, eq, sql } from "drizzle-orm";
import { apps } from "@/db";
import { may, type ProjectContext, requirePermission } from "@/lib/access";
import { selectApps } from "@/lib/apps/select";
import { toAppCard, toAppView } from "@/lib/apps/view";
import type { AppCard, AppView } from "@/lib/apps/views";
import { lastDeployments } from "@/lib/deployments";
import { notFound } from "@/lib/errors";

/** One app of this project; a viewer is not told why a hook or a poll failed. Throws `not_found`. */
export async function getApp(ctx: ProjectContext, appId: string): Promise<AppView> {
  requirePermission(ctx, "project.view");
  const [row] = await selectApps().where(and(eq(apps.id, appId), eq(apps.projectId, ctx.projectId)));
  if (!row) throw notFound();
  const last = await lastDeployments(ctx, [appId]);
  return toAppView(row, last.get(appId) ?? null, may(ctx, "project.details").allowed);
}

/** The project's apps by name. */
export async function listApps(ctx: ProjectContext): Promise<AppCard[]> {
  requirePermission(ctx, "project.view");
  const rows = await selectApps().where(eq(apps.projectId, ctx.projectId)).orderBy(sql`lower(${apps.name})`);
  const last = await lastDeployments(
    ctx,
    rows.map(({ id }) => id),
  );
  return rows.map((row) => toAppCard(row, last.get(row.id) ?? null));
}
