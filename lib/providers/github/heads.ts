import { z } from "zod";
import { isBranchName } from "@/lib/branch-name";
import { RepositoryGone } from "@/lib/providers/errors";
import { badAnswer, GitHubRefusal, NotModified } from "@/lib/providers/github/answer";
import { callAboutRepository, parseAnswer } from "@/lib/providers/github/api";
import { getRepository } from "@/lib/providers/github/read-repository";
import { encodeRef } from "@/lib/providers/github/ref-path";
import type { Commit, Grant, HeadReading } from "@/lib/providers/provider";

const reference = z.object({ object: z.object({ type: z.string(), sha: z.string() }) });
const commits = z.array(
  z.object({
    sha: z.string(),
    html_url: z.string(),
    commit: z.object({
      message: z.string(),
      author: z.object({ name: z.string(), date: z.string().nullish() }).nullish(),
    }),
  }),
);
/** The head of one branch now. A conditional read that finds nothing new costs nothing against the rate limit. */
export async function readHead(
  grant: Grant,
  externalId: string,
  branch: string,
  etag: string | null,
): Promise<HeadReading> {
  if (!isBranchName(branch)) return await noHead(grant, externalId);
  try {
    const answer = await callAboutRepository(grant, {
      route: "GET /repositories/{id}/git/ref/heads/{+branch}",
      parameters: { id: externalId, branch: encodeRef(branch) },
      etag,
    });
    const head = parseAnswer(reference, answer.data);
    const validator = answer.headers.etag;
    return { kind: "head", commit: head.object.sha, etag: typeof validator === "string" ? validator : null };
  } catch (error) {
    return await withoutHead(grant, externalId, error);
  }
}

async function withoutHead(grant: Grant, externalId: string, error: unknown): Promise<HeadReading> {
  if (error instanceof NotModified) return { kind: "not_modified" };
  const isEmpty = error instanceof GitHubRefusal && error.status === 409;
  if (isEmpty) return { kind: "head", commit: null, etag: null };
  if (!(error instanceof RepositoryGone)) throw error;
  return await noHead(grant, externalId);
}

/** 404 is the answer for a missing branch and for a missing repository: this throws for the latter. */
async function noHead(grant: Grant, externalId: string): Promise<HeadReading> {
  await getRepository(grant, externalId);
  return { kind: "head", commit: null, etag: null };
}

/** Who wrote what, for a push that nobody told us about. A list of one: the commit itself would come with all its files. */
export async function getCommit(grant: Grant, externalId: string, sha: string): Promise<Commit> {
  const answer = await callAboutRepository(grant, {
    route: "GET /repositories/{id}/commits",
    parameters: { id: externalId, sha, per_page: 1 },
  });
  const [found] = parseAnswer(commits, answer.data);
  if (found?.sha !== sha) throw badAnswer();
  const { message, author } = found.commit;
  return { sha, message, author: author?.name ?? "", at: author?.date ?? null, url: found.html_url };
}
