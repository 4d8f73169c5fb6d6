import { RepositoryGone } from "@/lib/providers/errors";
import { GitHubRefusal } from "@/lib/providers/github/answer";
import { callAboutRepository, type GrantCall, parseAnswer } from "@/lib/providers/github/api";
import { FULL_NAME, repositorySchema } from "@/lib/providers/github/repository";
import type { Grant, Repository } from "@/lib/providers/provider";

/** By id, so that renames and transfers are followed. `GET /repositories/{id}` is where GitHub's own redirects lead. */
export async function getRepository(grant: Grant, externalId: string): Promise<Repository> {
  return await read(grant, { route: "GET /repositories/{id}", parameters: { id: externalId } });
}

/** By `owner/name`; an old name answers with the renamed repository. */
export async function findRepository(grant: Grant, fullName: string): Promise<Repository> {
  const [owner, repo] = fullName.split("/");
  if (!FULL_NAME.test(fullName) || !owner || !repo) {
    throw new RepositoryGone("This is not a repository's full name.");
  }
  return await read(grant, { route: "GET /repos/{owner}/{repo}", parameters: { owner, repo } });
}

/** Where an organization asks for its single sign-on first, GitHub says 403: for this token there is no such repository. */
async function read(grant: Grant, call: GrantCall): Promise<Repository> {
  try {
    const answer = await callAboutRepository(grant, call);
    return parseAnswer(repositorySchema, answer.data);
  } catch (error) {
    if (!(error instanceof GitHubRefusal) || error.status !== 403) throw error;
    throw new RepositoryGone("GitHub does not show this repository to this token.");
  }
}
