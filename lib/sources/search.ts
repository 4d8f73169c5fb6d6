import { and, eq, gt, sql } from "drizzle-orm";
import { allowedRepositories, auditEvents, db, integrations } from "@/db";
import { type ProjectContext, requirePermission } from "@/lib/access";
import { record } from "@/lib/audit";
import { withCredential } from "@/lib/credentials";
import type { Branch, Grant, Repository, RepositoryPage, SearchHow } from "@/lib/providers";
import { sourceProvider } from "@/lib/providers";
import { speaking } from "@/lib/sources/speak";

const PURPOSE = "repository_search";

/** Searches every repository that the integration's account reaches. Throws ConsoleError in words. */
export async function searchRepositories(
  ctx: ProjectContext,
  input: { integrationId: string; query: string } & SearchHow,
): Promise<FoundPage> {
  requirePermission(ctx, "integration.use");
  const { integrationId } = input;
  const page = await searching(ctx, { integrationId }, (grant) => findAmong(grant, input.query, input));
  const allowed = await allowedAmong(ctx.projectId, input.integrationId);
  return {
    ...page,
    items: page.items.map((item) => ({
      ...item,
      isAllowed: allowed === null || allowed.has(item.externalId),
    })),
  };
}

/** What is found, each with whether apps may use it: an owner or admin may have restricted that. */
export type FoundPage = Omit<RepositoryPage, "items"> & { items: (Repository & { isAllowed: boolean })[] };

/** Null where the integration is not restricted. */
async function allowedAmong(projectId: string, integrationId: string): Promise<Set<string> | null> {
  const rows = await db()
    .select({ isRestricted: integrations.isRestricted, externalId: allowedRepositories.externalId })
    .from(integrations)
    .leftJoin(allowedRepositories, eq(allowedRepositories.integrationId, integrations.id))
    .where(and(eq(integrations.projectId, projectId), eq(integrations.id, integrationId)));
  if (!rows[0]?.isRestricted) return null;
  return new Set(rows.flatMap(({ externalId }) => externalId ?? []));
}

/** Searches the branches of one repository. Throws ConsoleError in words. */
export async function searchBranches(
  ctx: ProjectContext,
  input: { integrationId: string; repositoryExternalId: string; query: string } & SearchHow,
): Promise<Branch[]> {
  requirePermission(ctx, "integration.use");
  const repository = { id: null, externalId: input.repositoryExternalId };
  return await searching(ctx, { ...input, repository }, (grant) =>
    sourceOf(grant).searchBranches(grant, input.repositoryExternalId, input.query, input),
  );
}

/** Without a list there is only what was typed. */
async function findAmong(grant: Grant, query: string, how: SearchHow): Promise<RepositoryPage> {
  const source = sourceOf(grant);
  if (source.kind === "browse") return await source.searchRepositories(grant, query, how);
  const found = query.trim() === "" ? [] : [await source.findRepository(grant, query)];
  return { items: found, matched: found.length, total: found.length, fetchedAt: new Date() };
}

const sourceOf = (grant: Grant) => sourceProvider(grant.instance.provider).source;

type Searching = { integrationId: string; repository?: { id: string | null; externalId: string } };

function searching<T>(
  ctx: ProjectContext,
  { integrationId, repository }: Searching,
  fn: (grant: Grant) => Promise<T>,
) {
  const use = {
    projectId: ctx.projectId,
    integrationId,
    purpose: PURPOSE,
    actor: ctx.actor,
    record: false,
    ...(repository ? { repository } : {}),
  };
  return speaking(() =>
    withCredential(use, async (grant) => {
      await recordSearch(ctx, integrationId);
      return await fn(grant);
    }),
  );
}

/** One row for each person, integration and hour: a search runs with every key that is pressed. */
async function recordSearch(ctx: ProjectContext, integrationId: string): Promise<void> {
  const [known] = await db()
    .select({ id: auditEvents.id })
    .from(auditEvents)
    .where(
      and(
        eq(auditEvents.subjectId, integrationId),
        eq(auditEvents.chain, ctx.projectId),
        eq(auditEvents.actorId, ctx.user.id),
        eq(auditEvents.event, "credential.used"),
        eq(sql`${auditEvents.facts} ->> 'purpose'`, PURPOSE),
        gt(auditEvents.at, sql`date_trunc('hour', now())`),
      ),
    )
    .limit(1);
  if (known) return;
  await db().transaction((tx) =>
    record(tx, ctx.actor, {
      chain: ctx.projectId,
      event: "credential.used",
      subjectId: integrationId,
      facts: { purpose: PURPOSE, summedUpFor: "hour" },
    }),
  );
}
