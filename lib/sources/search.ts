import { and, eq, gt, isNull, sql } from "drizzle-orm";
import { allowedRepositories, auditEvents, db, type Executor, integrations, repositories } from "@/db";
import { type ProjectContext, requirePermission } from "@/lib/access";
import { record } from "@/lib/audit";
import { withCredential } from "@/lib/credentials";
import type { Branch, Grant, Repository, RepositoryPage, SearchHow, UrlSource } from "@/lib/providers";
import { RepositoryGone, sourceProvider } from "@/lib/providers";
import { speaking } from "@/lib/sources/speak";

const PURPOSE = "repository_search";

/** Searches every repository that the integration's account reaches. Throws ConsoleError in words. */
export async function searchRepositories(
  ctx: ProjectContext,
  input: { integrationId: string; query: string } & SearchHow,
): Promise<FoundPage> {
  requirePermission(ctx, "integration.use");
  const { integrationId } = input;
  const page = await searching(ctx, { integrationId }, (grant) =>
    findAmong(ctx.projectId, grant, input.query, input),
  );
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

/** Without a list there is what was typed, what the integration's own address names, and what the project follows there already. */
async function findAmong(
  projectId: string,
  grant: Grant,
  query: string,
  how: SearchHow,
): Promise<RepositoryPage> {
  const source = sourceOf(grant);
  if (source.kind === "browse") return await source.searchRepositories(grant, query, how);
  const [typed, known] = await Promise.all([
    lookUp(source, grant, query),
    followedBelow(projectId, grant.instance, query.trim()),
  ]);
  const items = [...typed, ...known.filter(({ externalId }) => externalId !== typed[0]?.externalId)];
  return { items, matched: items.length, total: items.length, fetchedAt: new Date() };
}

/** What was typed, or else the integration's own address where a part of that was typed. */
async function lookUp(source: UrlSource, grant: Grant, query: string): Promise<Repository[]> {
  const { origin, pathPrefix = "" } = grant.instance;
  const typed = query.trim();
  const found = typed === "" ? [] : await findAt(source, grant, typed);
  const isPart = pathPrefix !== "" && pathPrefix.toLowerCase().includes(typed.toLowerCase());
  return found.length > 0 || !isPart ? found : await findAt(source, grant, origin + pathPrefix);
}

/** Half a path names nothing yet: that is no mistake. */
async function findAt(source: UrlSource, grant: Grant, typed: string): Promise<Repository[]> {
  try {
    return [await source.findRepository(grant, typed)];
  } catch (error) {
    if (error instanceof RepositoryGone) return [];
    throw error;
  }
}

async function followedBelow(
  projectId: string,
  { origin, pathPrefix = "" }: Grant["instance"],
  query: string,
): Promise<Repository[]> {
  const { externalId, fullName, cloneUrl, webUrl, defaultBranch, isPrivate } = repositories;
  const rows = await db()
    .select({ externalId, fullName, cloneUrl, webUrl, defaultBranch, isPrivate })
    .from(repositories)
    .where(
      and(
        eq(repositories.projectId, projectId),
        eq(repositories.origin, origin),
        sql`(${externalId} = ${origin + pathPrefix} or starts_with(${externalId}, ${`${origin}${pathPrefix}/`}))`,
        sql`strpos(lower(${fullName}), lower(${query})) > 0`,
        isNull(repositories.goneAt),
      ),
    )
    .orderBy(fullName)
    .limit(50);
  return rows.map((row) => ({ ...row, isArchived: false, pushedAt: null, language: null }));
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

/** One row for each person, integration and hour: a search runs with every key that is pressed, and the next before it answered. */
async function recordSearch(ctx: ProjectContext, integrationId: string): Promise<void> {
  if (await isRecorded(db(), ctx, integrationId)) return;
  await db().transaction(async (tx) => {
    const key = `${integrationId} ${ctx.user.id}`;
    await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${key}, 7301004))`);
    if (await isRecorded(tx, ctx, integrationId)) return;
    await record(tx, ctx.actor, {
      chain: ctx.projectId,
      event: "credential.used",
      subjectId: integrationId,
      facts: { purpose: PURPOSE, summedUpFor: "hour" },
    });
  });
}

async function isRecorded(executor: Executor, ctx: ProjectContext, integrationId: string): Promise<boolean> {
  const [known] = await executor
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
  return known !== undefined;
}
