import type { ProjectContext } from "@/lib/access";
import { withCredential } from "@/lib/credentials";
import {
  type Grant,
  ProviderRejected,
  type Repository,
  RepositoryGone,
  sourceProvider,
} from "@/lib/providers";
import { refusalOf } from "@/lib/sources/require-allowed";
import { speaking } from "@/lib/sources/speak";

/** A repository as an integration sees it now, or why it does not. */
export type Reach = { repository: Repository; problem: null } | { repository: null; problem: string };

/**
 * Asks the provider for repositories by their ids, through one integration and for a person. What it does not reach is an answer;
 * that it cannot be asked is thrown, as ConsoleError in words. `isForApps`: what the allow-list does not name counts as not reached.
 */
export async function reachRepositories(
  ctx: ProjectContext,
  input: { integrationId: string; externalIds: readonly string[]; purpose: string; isForApps: boolean },
): Promise<Map<string, Reach>> {
  const { integrationId, externalIds, purpose } = input;
  const use = { projectId: ctx.projectId, integrationId, purpose, actor: ctx.actor, record: true };
  return await speaking(() =>
    withCredential(use, async (grant) => {
      const found = new Map<string, Reach>();
      for (const id of new Set(externalIds)) {
        const problem = input.isForApps ? await refusalOf(ctx.projectId, integrationId, id) : null;
        found.set(id, problem === null ? await reach(grant, id) : { repository: null, problem });
      }
      return found;
    }),
  );
}

async function reach(grant: Grant, externalId: string): Promise<Reach> {
  try {
    const { source } = sourceProvider(grant.instance.provider);
    return { repository: await source.getRepository(grant, externalId), problem: null };
  } catch (error) {
    if (error instanceof RepositoryGone) {
      return {
        repository: null,
        problem: "The repository does not exist any more, or this account may not see it.",
      };
    }
    if (error instanceof ProviderRejected) return { repository: null, problem: error.message };
    throw error;
  }
}
