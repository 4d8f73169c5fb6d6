import { and, eq, sql } from "drizzle-orm";
import { heads, integrations, newId, repositories, sources, type Transaction } from "@/db";
import type { ProjectContext } from "@/lib/access";
import { CONNECTED } from "@/lib/credentials";
import { conflict } from "@/lib/errors";
import type { Repository } from "@/lib/providers";
import type { ChosenSource } from "@/lib/sources/choose";
import { releaseRepository } from "@/lib/sources/release";
import { requireAllowed } from "@/lib/sources/require-allowed";

export type Binding = ChosenSource & { appId: string; rootDirectory: string; autoDeploy: boolean };

/**
 * Makes an app follow a branch of a repository, in the caller's transaction; whatever it followed before is released. The
 * branch's head counts as already known: the first deployment is the caller's `initial` one, not a push. Call `ensureHook`
 * after the commit. Returns the repository's id.
 */
export async function bindSource(
  tx: Transaction,
  ctx: Pick<ProjectContext, "projectId">,
  binding: Binding,
): Promise<{ repositoryId: string }> {
  const { projectId } = ctx;
  const integration = await lockIntegration(tx, projectId, binding.integrationId);
  await requireAllowed(projectId, binding.integrationId, binding.repository.externalId, tx);
  const repositoryId = await upsertRepository(tx, { projectId, ...integration }, binding.repository);
  const previous = await currentRepository(tx, binding.appId);
  await rememberHead(tx, { projectId, repositoryId }, binding);
  await writeSource(tx, { projectId, repositoryId }, binding);
  if (previous && previous !== repositoryId)
    await releaseRepository(tx, { projectId, repositoryId: previous });
  return { repositoryId };
}

/** Locked for sharing: a removal that runs at the same time is before or after this, never in between. */
export async function lockIntegration(tx: Transaction, projectId: string, integrationId: string) {
  const [row] = await tx
    .select({
      provider: integrations.provider,
      origin: integrations.origin,
      status: integrations.status,
      account: integrations.accountLogin,
      isRestricted: integrations.isRestricted,
    })
    .from(integrations)
    .where(and(eq(integrations.projectId, projectId), eq(integrations.id, integrationId)))
    .for("share");
  if (!row || !CONNECTED.includes(row.status)) {
    const message = "This integration was removed meanwhile. Choose another one.";
    throw conflict(message, { integrationId: message });
  }
  return row;
}

type Host = { projectId: string; provider: string; origin: string };

async function upsertRepository(tx: Transaction, host: Host, repository: Repository): Promise<string> {
  const facts = repositoryFacts(repository);
  const { projectId, provider, origin } = host;
  const [row] = await tx
    .insert(repositories)
    .values({ id: newId("rep"), projectId, provider, origin, externalId: repository.externalId, ...facts })
    .onConflictDoUpdate({
      target: [repositories.projectId, repositories.origin, repositories.externalId],
      set: facts,
    })
    .returning({ id: repositories.id });
  if (!row) throw new Error("The repository could not be written.");
  return row.id;
}

/** What may change at the provider while the repository stays the same one. */
export const repositoryFacts = (repository: Repository) => ({
  fullName: repository.fullName,
  cloneUrl: repository.cloneUrl,
  webUrl: repository.webUrl,
  defaultBranch: repository.defaultBranch,
  isPrivate: repository.isPrivate,
  goneAt: null,
});

async function currentRepository(tx: Transaction, appId: string): Promise<string | null> {
  const [row] = await tx
    .select({ repositoryId: sources.repositoryId })
    .from(sources)
    .where(eq(sources.appId, appId))
    .for("update");
  return row?.repositoryId ?? null;
}

/** Only where nothing is known yet: another app may follow the branch already, and its head moves by pushes alone. */
async function rememberHead(
  tx: Transaction,
  { projectId, repositoryId }: { projectId: string; repositoryId: string },
  { branch, head }: Binding,
): Promise<void> {
  await tx
    .insert(heads)
    .values({ projectId, repositoryId, ref: `refs/heads/${branch}`, commit: head.sha })
    .onConflictDoNothing();
}

async function writeSource(
  tx: Transaction,
  { projectId, repositoryId }: { projectId: string; repositoryId: string },
  { appId, integrationId, branch, rootDirectory, autoDeploy }: Binding,
): Promise<void> {
  const values = {
    repositoryId,
    integrationId,
    branch,
    rootDirectory,
    autoDeploy,
    lostIntegrationId: null,
    lostAt: null,
    boundAt: sql`now()`,
  };
  await tx
    .insert(sources)
    .values({ appId, projectId, ...values })
    .onConflictDoUpdate({ target: sources.appId, set: values });
}
