import { apps, db, newId } from "@/db";
import { bindSource, chooseSource, ensureHook } from "@/lib/sources";
import type { Desk } from "@/lib/testing/forge";

export type BoundApp = { appId: string; repositoryId: string };

/** An app of a test's own that follows a branch, bound and hooked the way createApp does, without a deployment. */
export async function addBoundApp(
  desk: Desk,
  choice: { integrationId: string; repository: string; branch?: string },
): Promise<BoundApp> {
  const appId = newId("app");
  await db()
    .insert(apps)
    .values({ id: appId, projectId: desk.projectId, name: appId, host: appId.replace("_", "-") });
  const repositoryId = await rebind(desk, appId, choice);
  return { appId, repositoryId };
}

/** Makes an app follow something else. */
export async function rebind(
  desk: Desk,
  appId: string,
  {
    integrationId,
    repository,
    branch = "main",
  }: { integrationId: string; repository: string; branch?: string },
): Promise<string> {
  const chosen = await chooseSource(desk.ctx, { integrationId, repository, branch });
  const binding = { ...chosen, appId, rootDirectory: "", autoDeploy: true };
  const { repositoryId } = await db().transaction((tx) => bindSource(tx, desk.ctx, binding));
  await ensureHook(desk.projectId, repositoryId);
  return repositoryId;
}
