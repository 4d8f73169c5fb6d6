import { and, eq, sql } from "drizzle-orm";
import { apps, prepared } from "@/db";
import { may, type ProjectContext, requirePermission } from "@/lib/access";
import { selectApps } from "@/lib/apps/select";
import { toAppCard, toAppView } from "@/lib/apps/view";
import type { AppCard, AppView } from "@/lib/apps/views";
import { lastDeployments } from "@/lib/deployments";
import { notFound } from "@/lib/errors";

const ONE = prepared(() =>
  selectApps()
    .where(and(eq(apps.id, sql.placeholder("appId")), eq(apps.projectId, sql.placeholder("projectId"))))
    .prepare("app-of-project"),
);

/** One app of this project; a viewer is not told why a hook or a poll failed. Throws `not_found`. */
export async function getApp(ctx: ProjectContext, appId: string): Promise<AppView> {
  requirePermission(ctx, "project.view");
  const [[row], last] = await Promise.all([
    ONE().execute({ appId, projectId: ctx.projectId }),
    lastDeployments(ctx, [appId]),
  ]);
  if (!row) throw notFound();
  return toAppView(row, last.get(appId) ?? null, may(ctx, "project.details").allowed);
}

const ALL = prepared(() =>
  selectApps()
    .where(eq(apps.projectId, sql.placeholder("projectId")))
    .orderBy(sql`lower(${apps.name})`)
    .prepare("apps-of-project"),
);

/** The project's apps by name. */
export async function listApps(ctx: ProjectContext): Promise<AppCard[]> {
  requirePermission(ctx, "project.view");
  const rows = await ALL().execute({ projectId: ctx.projectId });
  const last = await lastDeployments(
    ctx,
    rows.map(({ id }) => id),
  );
  return rows.map((row) => toAppCard(row, last.get(row.id) ?? null));
}
