import type { Transaction } from "@/db";
import { type ProjectContext, requirePermission, transactAs } from "@/lib/access";
import { record } from "@/lib/audit";
import { announce } from "@/lib/events";
import { lockConnected } from "@/lib/integrations/lock-connected";
import { selectRestorable } from "@/lib/integrations/restorable";
import { reconcileRepository } from "@/lib/pushes";
import { forEachLimited } from "@/lib/pushes/limited";
import { ensureHook, giveBackSources, type Reach, reachRepositories } from "@/lib/sources";

/** So many repositories are asked for at the same time: a person waits, and a provider counts. */
const AT_ONCE = 6;

type AppName = { id: string; name: string };
export type Restored = {
  restored: AppName[];
  /** Apps that the new grant does not reach, and why. They stay as they are. */
  left: (AppName & { repository: string; reason: string })[];
};

type Row = Awaited<ReturnType<typeof selectRestorable>>[number];

/**
 * Reconnects apps that lost this account, in one step: each repository is tried with the new grant first, then all that it reaches
 * are bound in one transaction, their hooks registered, and what was pushed meanwhile is found and deployed where auto-deploy is on.
 * What was bound elsewhere meanwhile is not touched; a second click finds nothing to do.
 */
export async function restoreApps(
  ctx: ProjectContext,
  input: { integrationId: string; appIds: readonly string[] },
): Promise<Restored> {
  requirePermission(ctx, "app.restore");
  const rows = await wanted(ctx, input);
  const { account } = await transactAs(ctx, "app.restore", (tx) =>
    mustBeConnected(tx, ctx, input.integrationId),
  );
  if (rows.length === 0) return { restored: [], left: [] };
  const reached = await reachRepositories(ctx, {
    integrationId: input.integrationId,
    externalIds: rows.map(({ externalId }) => externalId),
    purpose: "restore",
    isForApps: true,
  });
  const restored = await transactAs(ctx, "app.restore", (tx) =>
    bind(tx, ctx, { ...input, account }, rows, reached),
  );
  await listenAgain(ctx.projectId, rows, restored);
  return { restored, left: rows.flatMap((row) => problemOf(row, reached)) };
}

async function wanted(
  ctx: ProjectContext,
  { integrationId, appIds }: { integrationId: string; appIds: readonly string[] },
): Promise<Row[]> {
  const rows = await selectRestorable(ctx.projectId, integrationId);
  return rows.filter(({ appId }) => appIds.includes(appId));
}

async function mustBeConnected(tx: Transaction, ctx: ProjectContext, id: string) {
  const { accountLogin } = await lockConnected(tx, ctx, id);
  return { account: accountLogin };
}

async function bind(
  tx: Transaction,
  ctx: ProjectContext,
  to: { integrationId: string; account: string },
  rows: readonly Row[],
  reached: ReadonlyMap<string, Reach>,
): Promise<AppName[]> {
  const { projectId } = ctx;
  const lost = rows.flatMap((row) => {
    const repository = reached.get(row.externalId)?.repository;
    return repository ? [{ ...row, repository }] : [];
  });
  const given = await giveBackSources(tx, { projectId, integrationId: to.integrationId }, lost);
  const restored = rows
    .filter(({ appId }) => given.includes(appId))
    .map(({ appId: id, appName: name }) => ({ id, name }));
  if (restored.length === 0) return [];
  await announce(tx, { kind: "integration", project: projectId });
  for (const { id } of restored) await announce(tx, { kind: "app", project: projectId, app: id });
  await record(tx, ctx.actor, {
    chain: projectId,
    event: "integration.restored",
    subjectId: to.integrationId,
    subjectName: to.account,
    facts: { apps: restored.map(({ name }) => name), count: restored.length },
  });
  return restored;
}

/** After the commit: each repository gets its hook, and is read once for what nobody told us. What fails here the worker goes on with. */
async function listenAgain(
  projectId: string,
  rows: readonly Row[],
  restored: readonly AppName[],
): Promise<void> {
  const ids = new Set(restored.map(({ id }) => id));
  const repositories = rows.filter(({ appId }) => ids.has(appId)).map(({ repositoryId }) => repositoryId);
  await forEachLimited([...new Set(repositories)], AT_ONCE, new AbortController().signal, async (id) => {
    await ensureHook(projectId, id);
    await reconcileRepository(id);
  });
}

function problemOf({ appId, appName, externalId, repositoryName }: Row, reached: ReadonlyMap<string, Reach>) {
  const problem = reached.get(externalId)?.problem;
  return problem ? [{ id: appId, name: appName, repository: repositoryName, reason: problem }] : [];
}
