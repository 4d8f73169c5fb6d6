import type { ProjectContext } from "@/lib/access";
import { withCredential } from "@/lib/credentials";
import { invalid } from "@/lib/errors";
import { type Commit, type Grant, type Repository, sourceProvider } from "@/lib/providers";
import { requireAllowed } from "@/lib/sources/require-allowed";
import { speaking } from "@/lib/sources/speak";

export type Choice = { integrationId: string; repository: string; branch: string };
export type ChosenSource = { integrationId: string; repository: Repository; branch: string; head: Commit };

const BY_ID = /^\d+$/;

/**
 * Asks the provider about what a person chose: a repository (by the provider's id, or typed as `owner/name`) and a branch that
 * has a commit. To be called before the transaction that binds it. Throws ConsoleError with the field that has to change.
 */
export async function chooseSource(ctx: ProjectContext, choice: Choice): Promise<ChosenSource> {
  const use = {
    projectId: ctx.projectId,
    integrationId: choice.integrationId,
    purpose: "choose_source",
    actor: ctx.actor,
    record: true,
  };
  return await speaking(() => withCredential(use, (grant) => look(ctx, grant, choice)));
}

async function look(
  ctx: ProjectContext,
  grant: Grant,
  { integrationId, repository: wanted, branch }: Choice,
): Promise<ChosenSource> {
  const { source } = sourceProvider(grant.instance.provider);
  const repository =
    source.kind === "browse" && BY_ID.test(wanted)
      ? await source.getRepository(grant, wanted)
      : await source.findRepository(grant, wanted);
  await requireAllowed(ctx.projectId, integrationId, repository.externalId);
  const reading = await source.readHead(grant, repository.externalId, branch, null);
  const commit = reading.kind === "head" ? reading.commit : null;
  if (!commit) throw await noCommit(grant, repository, branch);
  const head = await source.getCommit(grant, repository.externalId, commit);
  return { integrationId, repository, branch, head };
}

/** A repository without any commit and one without this branch want different things from a person. */
async function noCommit(grant: Grant, repository: Repository, branch: string): Promise<Error> {
  const { source } = sourceProvider(grant.instance.provider);
  const branches = await source.searchBranches(grant, repository.externalId, "");
  if (branches.length > 0) {
    const message = `${repository.fullName} has no branch ${branch}. Choose another branch.`;
    return invalid(message, { branch: message });
  }
  const message = `${repository.fullName} has no commits yet. Push one, then choose it again.`;
  return invalid(message, { repository: message });
}
