import { RepositoryGone } from "@/lib/providers/errors";
import { callAboutRepository, parseAnswer } from "@/lib/providers/github/api";
import { FULL_NAME, repositorySchema } from "@/lib/providers/github/repository";
import type { Grant, Repository } from "@/lib/providers/provider";

/** By id, so that renames and transfers are followed. `GET /repositories/{id}` is where GitHub's own redirects lead. */
export async function getRepository(grant: Grant, externalId: string): Promise<Repository> {
  const answer = await callAboutRepository(grant, {
    route: "GET /repositories/{id}",
    parameters: { id: externalId },
  });
  return parseAnswer(repositorySchema, answer.data);
}

/** By `owner/name`; an old name answers with the renamed repository. */
export async function findRepository(grant: Grant, fullName: string): Promise<Repository> {
  const [owner, repo] = fullName.split("/");
  if (!FULL_NAME.test(fullName) || !owner || !repo) {
    throw new RepositoryGone("This is not a repository's full name.");
  }
  const answer = await callAboutRepository(grant, {
    route: "GET /repos/{owner}/{repo}",
    parameters: { owner, repo },
  });
  return parseAnswer(repositorySchema, answer.data);
}
