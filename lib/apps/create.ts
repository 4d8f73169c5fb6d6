import { and, eq, sql } from "drizzle-orm";
import { apps, db, newId, repositories, sources, type Transaction } from "@/db";
import { type ProjectContext, requirePermission, transactAs } from "@/lib/access";
import { newHost } from "@/lib/apps/host";
import type { CreateAppInput } from "@/lib/apps/schemas";
import { startingCommit } from "@/lib/apps/starting-commit";
import { HOST_TAKEN, hostTaken, NAME_TAKEN, nameTaken, violatedConstraint } from "@/lib/apps/taken";
import { record } from "@/lib/audit";
import { enqueueDeployment, refOfBranch } from "@/lib/deployments";
import { announce } from "@/lib/events";
import { reconcileRepository } from "@/lib/pushes";
import { bindSource, type ChosenSource, chooseSource, ensureHook } from "@/lib/sources";

export type CreatedApp = { id: string; deploymentId: string; repositoryId: string };

const TRIES = 3;

/**
 * Creates an app that follows a branch of a repository, and queues its first deployment of the branch's head. The provider is
 * asked before, and the hook registered after, the transaction; what is pushed in between is found by reading the head once
 * more. A form that is sent twice creates one app. Throws ConsoleError with the field that has to change.
 */
export async function createApp(ctx: ProjectContext, input: CreateAppInput): Promise<CreatedApp> {
  requirePermission(ctx, "app.create");
  requirePermission(ctx, "integration.use");
  const chosen = await chooseSource(ctx, input);
  const created = await create(ctx, input, chosen);
  await ensureHook(ctx.projectId, created.repositoryId);
  await reconcileRepository(created.repositoryId);
  return created;
}

async function create(ctx: ProjectContext, input: CreateAppInput, chosen: ChosenSource): Promise<CreatedApp> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await transactAs(ctx, "app.create", (tx) => write(tx, ctx, input, chosen));
    } catch (error) {
      const violated = violatedConstraint(error);
      if (violated === HOST_TAKEN) {
        if (attempt < TRIES) continue;
        throw hostTaken(input.name);
      }
      if (violated !== NAME_TAKEN) throw error;
      const twin = await findTwin(ctx, input, chosen);
      if (twin) return twin;
      throw nameTaken(input.name);
    }
  }
}

async function write(
  tx: Transaction,
  ctx: ProjectContext,
  input: CreateAppInput,
  chosen: ChosenSource,
): Promise<CreatedApp> {
  const { projectId } = ctx;
  const { name, buildKind, installCommand, buildCommand, outputDirectory, rootDirectory, autoDeploy } = input;
  const build = { buildKind, installCommand, buildCommand, outputDirectory };
  const id = newId("app");
  await tx
    .insert(apps)
    .values({ id, projectId, name, host: newHost(name), ...build, createdBy: ctx.user.id });
  const { repositoryId } = await bindSource(tx, ctx, { ...chosen, appId: id, rootDirectory, autoDeploy });
  const ref = refOfBranch(chosen.branch);
  const commit = await startingCommit(tx, { projectId, repositoryId, ref }, id, chosen.head);
  const deployment = await enqueueDeployment(tx, {
    projectId,
    appId: id,
    kind: "production",
    trigger: "initial",
    triggeredBy: ctx.user.id,
    pushId: null,
    repositoryId,
    repositoryName: chosen.repository.fullName,
    integrationId: chosen.integrationId,
    ref,
    ...commit,
    plan: { rootDirectory, kind: buildKind, installCommand, buildCommand, outputDirectory },
  });
  await announce(tx, { kind: "app", project: projectId, app: id });
  await record(tx, ctx.actor, {
    chain: projectId,
    event: "app.created",
    subjectId: id,
    subjectName: name,
    facts: {
      repository: chosen.repository.fullName,
      branch: chosen.branch,
      integrationId: chosen.integrationId,
    },
  });
  return { id, deploymentId: deployment.id, repositoryId };
}

/** The app that the first of two clicks made a moment ago. */
async function findTwin(
  ctx: ProjectContext,
  input: CreateAppInput,
  { repository, branch }: ChosenSource,
): Promise<CreatedApp | null> {
  const [twin] = await db()
    .select({
      id: apps.id,
      repositoryId: sources.repositoryId,
      deploymentId: sql<string>`(select d.id from deployments d where d.app_id = ${apps.id} order by d.number limit 1)`,
    })
    .from(apps)
    .innerJoin(sources, eq(sources.appId, apps.id))
    .innerJoin(repositories, eq(repositories.id, sources.repositoryId))
    .where(
      and(
        eq(apps.projectId, ctx.projectId),
        eq(apps.createdBy, ctx.user.id),
        sql`lower(${apps.name}) = lower(${input.name})`,
        sql`${apps.createdAt} > now() - interval '15 seconds'`,
        eq(repositories.externalId, repository.externalId),
        eq(sources.branch, branch),
      ),
    );
  return twin ?? null;
}
