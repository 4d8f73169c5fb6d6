import { z } from "zod";
import { isBranchName, isPartOfBranchName } from "@/lib/branch-name";
import { GitHubRefusal } from "@/lib/providers/github/answer";
import { callAboutRepository, parseAnswer, readPage } from "@/lib/providers/github/api";
import { getRepository } from "@/lib/providers/github/read-repository";
import { encodeRef } from "@/lib/providers/github/ref-path";
import { BRANCHES_SHOWN, type Branch, type Grant, type SearchHow } from "@/lib/providers/provider";

const PER_PAGE = 100;
const MAX_PAGES = 10;

const branch = z
  .object({ name: z.string(), commit: z.object({ sha: z.string() }) })
  .transform((found): Branch => ({ name: found.name, commit: found.commit.sha }));
const reference = z
  .object({ ref: z.string(), object: z.object({ sha: z.string() }) })
  .transform(
    (found): Branch => ({ name: found.ref.replace(/^refs\/heads\//, ""), commit: found.object.sha }),
  );

/** Branches whose name contains `query`. Beyond a thousand branches, those whose name begins with it are found as well. */
export async function searchBranches(
  grant: Grant,
  externalId: string,
  query: string,
  { signal }: SearchHow = {},
): Promise<Branch[]> {
  const wanted = query.trim();
  if (!isPartOfBranchName(wanted)) return [];
  const { branches, isComplete } = await listBranches(grant, externalId, signal);
  const found = branches.filter((each) => each.name.toLowerCase().includes(wanted.toLowerCase()));
  const isBeginning = isBranchName(`${wanted}x`);
  const more =
    isComplete || !wanted || !isBeginning ? [] : await beginningWith(grant, externalId, wanted, signal);
  const unique = new Map([...found, ...more].map((each) => [each.name, each]));
  return [...unique.values()].slice(0, BRANCHES_SHOWN + 1);
}

async function listBranches(grant: Grant, externalId: string, signal?: AbortSignal) {
  const branches: Branch[] = [];
  for (let number = 1; number <= MAX_PAGES; number++) {
    const { value, lastPage } = await branchPage(grant, externalId, number, signal);
    branches.push(...value);
    if (number >= lastPage) return { branches, isComplete: true };
  }
  return { branches, isComplete: false };
}

async function branchPage(grant: Grant, externalId: string, page: number, signal?: AbortSignal) {
  try {
    return await readPage(
      grant,
      {
        route: "GET /repositories/{id}/branches",
        parameters: { id: externalId, per_page: PER_PAGE, page },
        signal,
      },
      (data) => parseAnswer(z.array(branch), data),
    );
  } catch (error) {
    if (!(error instanceof GitHubRefusal) || error.status !== 404) throw error;
    // A repository without commits may answer 404 too: only the repository itself tells.
    await getRepository(grant, externalId);
    return { value: [], lastPage: 1 };
  }
}

async function beginningWith(grant: Grant, externalId: string, prefix: string, signal?: AbortSignal) {
  const answer = await callAboutRepository(grant, {
    route: "GET /repositories/{id}/git/matching-refs/{+ref}",
    parameters: { id: externalId, ref: `heads/${encodeRef(prefix)}` },
    signal,
  });
  return parseAnswer(z.array(reference), answer.data);
}
