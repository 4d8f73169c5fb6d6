import { and, eq, inArray, ne, sql } from "drizzle-orm";
import { alias } from "drizzle-orm/pg-core";
import { apps, db, deployments, hooks, integrations, repositories, sources } from "@/db";
import { type ProjectContext, requirePermission } from "@/lib/access";
import { CONNECTED, USABLE } from "@/lib/credentials";
import { shortCommit } from "@/lib/deployments";
import { notFound } from "@/lib/errors";
import { tokenFate } from "@/lib/integrations/token-fate";
import type { RemovalImpact } from "@/lib/integrations/views";
import { isAllowedFor } from "@/lib/sources";

const heirs = alias(integrations, "heirs");

/** What removing this integration would do, as it is now. */
export async function removalImpact(ctx: ProjectContext, integrationId: string): Promise<RemovalImpact> {
  requirePermission(ctx, "integration.manage");
  const [row] = await db()
    .select({
      provider: integrations.provider,
      origin: integrations.origin,
      hostKind: integrations.hostKind,
      apiPath: integrations.apiPath,
      hasCredentials: integrations.hasCredentials,
    })
    .from(integrations)
    .where(
      and(
        eq(integrations.projectId, ctx.projectId),
        eq(integrations.id, integrationId),
        inArray(integrations.status, [...CONNECTED]),
      ),
    );
  if (!row) throw notFound();
  const [affected, running, hookNames] = await Promise.all([
    affectedApps(integrationId),
    runningDeployments(integrationId),
    hooksToDelete(integrationId),
  ]);
  return {
    apps: affected.map(({ id, name }) => ({ id, name })),
    live: affected.flatMap(({ name, commit }) => (commit ? [{ name, short: shortCommit(commit) }] : [])),
    building: named(running.filter(({ status, step }) => status === "building" && step === "checkout")),
    finishing: named(running.filter(({ status, step }) => status === "building" && step !== "checkout")),
    queued: named(running.filter(({ status }) => status === "queued")),
    hooks: hookNames,
    token: tokenFate(row),
  };
}

const named = (rows: { app: string; number: number }[]) => rows.map(({ app, number }) => ({ app, number }));

const affectedApps = (integrationId: string) =>
  db()
    .select({ id: apps.id, name: apps.name, commit: deployments.commit })
    .from(sources)
    .innerJoin(apps, eq(apps.id, sources.appId))
    .leftJoin(deployments, eq(deployments.id, apps.liveDeploymentId))
    .where(eq(sources.integrationId, integrationId))
    .orderBy(sql`lower(${apps.name})`);

const runningDeployments = (integrationId: string) =>
  db()
    .select({
      app: apps.name,
      number: deployments.number,
      status: deployments.status,
      step: deployments.step,
    })
    .from(deployments)
    .innerJoin(apps, eq(apps.id, deployments.appId))
    .where(
      and(eq(deployments.integrationId, integrationId), inArray(deployments.status, ["queued", "building"])),
    )
    .orderBy(deployments.createdAt);

/** Not those that another integration of the project takes over: the rule of `handOverHooks`. */
async function hooksToDelete(integrationId: string): Promise<string[]> {
  const heir = db()
    .select({ one: sql`1` })
    .from(sources)
    .innerJoin(heirs, eq(heirs.id, sources.integrationId))
    .where(
      and(
        eq(sources.repositoryId, hooks.repositoryId),
        ne(heirs.id, integrationId),
        inArray(heirs.status, [...USABLE]),
        isAllowedFor(heirs),
      ),
    );
  const rows = await db()
    .select({ name: repositories.fullName })
    .from(hooks)
    .innerJoin(repositories, eq(repositories.id, hooks.repositoryId))
    .where(
      and(
        eq(hooks.integrationId, integrationId),
        sql`${hooks.externalId} is not null`,
        sql`not exists ${heir}`,
      ),
    )
    .orderBy(repositories.fullName);
  return rows.map(({ name }) => name);
}
