import { eq } from "drizzle-orm";
import { db, sources, type Transaction } from "@/db";
import { type ProjectContext, requirePermission, transactAs } from "@/lib/access";
import { loadSettings, type Settings } from "@/lib/apps/load";
import { type Changes, changesBetween, type Saved, saveApp } from "@/lib/apps/save";
import type { UpdateGitInput } from "@/lib/apps/schemas";
import { startingCommit } from "@/lib/apps/starting-commit";
import {
  cancelOfOldSource,
  lockSource,
  type RequestedCommit,
  refOfBranch,
  requestDeployment,
} from "@/lib/deployments";
import { reconcileRepository } from "@/lib/pushes";
import { bindSource, type ChosenSource, chooseSource, ensureHook } from "@/lib/sources";

export type SavedGit = Saved & {
  autoDeploy: boolean;
  /** Another commit may be the right one now, and nothing deploys it until the next push. Offer it. */
  canDeployNow: boolean;
  /** The number of the deployment that took the place of what was still queued from the old source. */
  deployment: number | null;
};

/**
 * Changes what an app follows. Another integration, repository or branch is asked for at the provider first; its head counts
 * as known, so nothing deploys until the next push or until a person deploys. Only where a deployment of the old source was
 * still queued, the new head is deployed in its place. The hook of what it leaves is dropped when no other app needs it.
 */
export async function updateGit(ctx: ProjectContext, input: UpdateGitInput): Promise<SavedGit> {
  requirePermission(ctx, "app.configure");
  requirePermission(ctx, "integration.use");
  const before = await loadSettings(db(), ctx, input.appId);
  if (follows(before, input)) {
    const saved = await transactAs(ctx, "app.configure", (tx) => saveRules(tx, ctx, input, before));
    const canDeployNow = before.source?.rootDirectory !== input.rootDirectory;
    return { ...saved, autoDeploy: input.autoDeploy, canDeployNow, deployment: null };
  }
  const chosen = await chooseSource(ctx, input);
  const { repositoryId, ...saved } = await transactAs(ctx, "app.configure", (tx) =>
    rebind(tx, ctx, input, before, chosen),
  );
  await ensureHook(ctx.projectId, repositoryId);
  await reconcileRepository(repositoryId);
  return { ...saved, autoDeploy: input.autoDeploy, canDeployNow: saved.deployment === null };
}

function follows({ source, repository }: Settings, input: UpdateGitInput): boolean {
  const isSame = repository?.externalId === input.repository || repository?.fullName === input.repository;
  return isSame && source?.integrationId === input.integrationId && source.branch === input.branch;
}

const rulesOf = ({ rootDirectory, autoDeploy }: { rootDirectory: string; autoDeploy: boolean }) => ({
  rootDirectory,
  autoDeploy,
});

async function saveRules(
  tx: Transaction,
  ctx: ProjectContext,
  input: UpdateGitInput,
  { source }: Settings,
): Promise<Saved> {
  const to = rulesOf(input);
  await tx.update(sources).set(to).where(eq(sources.appId, input.appId));
  const changes = source ? changesBetween(rulesOf(source), to) : {};
  return saveApp(tx, ctx, input, {}, { event: "app.source_changed", changes });
}

async function rebind(
  tx: Transaction,
  ctx: ProjectContext,
  input: UpdateGitInput,
  before: Settings,
  chosen: ChosenSource,
): Promise<Saved & { repositoryId: string; deployment: number | null }> {
  const { appId } = input;
  const { repositoryId } = await bindSource(tx, ctx, { ...chosen, ...rulesOf(input), appId });
  const ref = refOfBranch(chosen.branch);
  const place = { projectId: ctx.projectId, repositoryId, ref };
  const commit = await startingCommit(tx, place, appId, chosen.head);
  const changes = sourceChanges(before, input, chosen);
  const saved = await saveApp(tx, ctx, input, {}, { event: "app.source_changed", changes });
  const deployment = await replaceQueued(tx, ctx, appId, commit);
  return { ...saved, repositoryId, deployment };
}

/** What was due from the old source is due from the new one. */
async function replaceQueued(
  tx: Transaction,
  ctx: ProjectContext,
  appId: string,
  commit: RequestedCommit,
): Promise<number | null> {
  if ((await cancelOfOldSource(tx, appId, ctx.actor)) === 0) return null;
  const source = await lockSource(tx, ctx.projectId, appId);
  return (await requestDeployment(tx, ctx, source, "manual", commit)).number;
}

function sourceChanges(
  { source, repository }: Settings,
  input: UpdateGitInput,
  chosen: ChosenSource,
): Changes {
  const from = {
    repository: repository?.fullName ?? null,
    branch: source?.branch ?? null,
    integrationId: source?.integrationId ?? null,
    rootDirectory: source?.rootDirectory ?? null,
    autoDeploy: source?.autoDeploy ?? null,
  };
  const { fullName } = chosen.repository;
  const { branch, integrationId } = chosen;
  return changesBetween<Record<string, unknown>>(from, {
    repository: fullName,
    branch,
    integrationId,
    ...rulesOf(input),
  });
}
