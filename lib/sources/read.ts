import { eq } from "drizzle-orm";
import { db, repositories } from "@/db";
import { systemActor } from "@/lib/access";
import { withCredential } from "@/lib/credentials";
import {
  type Commit,
  type Grant,
  type HeadReading,
  type Repository,
  RepositoryGone,
  sourceProvider,
} from "@/lib/providers";
import { repositoryFacts } from "@/lib/sources/bind";
import { pickIntegration } from "@/lib/sources/pick-integration";

const ACTOR = systemActor("console");

/**
 * The head of a branch now, as the provider tells it; conditional with the `etag` of the last reading. Commit null: no such
 * branch. Throws CredentialUnavailable, ProviderUnavailable, RepositoryGone (which is then noted on the repository).
 */
export const readHeadOf = (
  repositoryId: string,
  branch: string,
  etag: string | null = null,
): Promise<HeadReading> =>
  reading(repositoryId, "read_head", (grant, externalId) =>
    sourceProvider(grant.instance.provider).source.readHead(grant, externalId, branch, etag),
  );

/**
 * The heads of several branches at one moment, where the provider reads them together anyway; null where each is better asked for
 * apart, conditionally. Throws as `readHeadOf`.
 */
export const readHeadsOf = (
  repositoryId: string,
  branches: readonly string[],
): Promise<Map<string, string | null> | null> =>
  reading(repositoryId, "read_head", async (grant, externalId) => {
    const { source } = sourceProvider(grant.instance.provider);
    return source.kind === "url" ? await source.readHeads(grant, externalId, branches) : null;
  });

/** Who wrote a commit and what it says. Throws as `readHeadOf`. */
export const readCommitOf = (repositoryId: string, sha: string): Promise<Commit> =>
  reading(repositoryId, "read_commit", (grant, externalId) =>
    sourceProvider(grant.instance.provider).source.getCommit(grant, externalId, sha),
  );

/** Reads the repository by its id and writes down its name and addresses as they are now. Throws as `readHeadOf`. */
export async function refreshRepository(repositoryId: string): Promise<Repository> {
  const repository = await reading(repositoryId, "read_repository", (grant, externalId) =>
    sourceProvider(grant.instance.provider).source.getRepository(grant, externalId),
  );
  await db().update(repositories).set(repositoryFacts(repository)).where(eq(repositories.id, repositoryId));
  return repository;
}

async function reading<T>(
  repositoryId: string,
  purpose: string,
  fn: (grant: Grant, externalId: string) => Promise<T>,
): Promise<T> {
  const [row] = await db()
    .select({
      projectId: repositories.projectId,
      externalId: repositories.externalId,
      goneAt: repositories.goneAt,
    })
    .from(repositories)
    .where(eq(repositories.id, repositoryId));
  if (!row) throw new RepositoryGone("The repository is no longer followed.");
  const integrationId = await pickIntegration(repositoryId);
  const use = {
    projectId: row.projectId,
    integrationId,
    purpose,
    actor: ACTOR,
    repository: { id: repositoryId, externalId: row.externalId },
    record: false,
  };
  try {
    const result = await withCredential(use, (grant) => fn(grant, row.externalId));
    if (row.goneAt) await noteGone(repositoryId, null);
    return result;
  } catch (error) {
    if (error instanceof RepositoryGone && !row.goneAt) await noteGone(repositoryId, new Date());
    throw error;
  }
}

const noteGone = (repositoryId: string, goneAt: Date | null) =>
  db().update(repositories).set({ goneAt }).where(eq(repositories.id, repositoryId));
