import { z } from "zod";
import { ProviderUnavailable, RepositoryGone } from "@/lib/providers/errors";
import { GitHubRefusal } from "@/lib/providers/github/answer";
import { callWith, parseAnswer } from "@/lib/providers/github/api";
import { findRepository } from "@/lib/providers/github/read-repository";
import { FULL_NAME, repositorySchema } from "@/lib/providers/github/repository";
import { listRepositories } from "@/lib/providers/github/repository-list";
import type { Grant, Repository, RepositoryPage, SearchHow } from "@/lib/providers/provider";

const SHOWN = 50;
/** GitHub refuses longer search queries than 256 characters. */
const QUERY_LIMIT = 256;

/** Searches everything the account reaches; a typed `owner/name` is looked up even when no list holds it. */
export async function searchRepositories(
  grant: Grant,
  query: string,
  { signal, isFresh = false }: SearchHow = {},
): Promise<RepositoryPage> {
  const wanted = query.trim().toLowerCase();
  const list = await listRepositories(grant, isFresh);
  let found = rank(list.repositories, wanted);
  if (!list.isComplete && wanted) found = merge(found, await askGitHub(grant, wanted, signal));
  if (FULL_NAME.test(wanted) && !found.some((each) => each.fullName.toLowerCase() === wanted)) {
    found = merge(await typed(grant, query.trim()), found);
  }
  return {
    items: found.slice(0, SHOWN),
    matched: found.length,
    total: list.total,
    fetchedAt: list.fetchedAt,
  };
}

/** Names that begin with what was typed first; within that, the latest push first. */
function rank(repositories: Repository[], wanted: string): Repository[] {
  if (!wanted) return repositories;
  const scored = repositories.map((each) => ({ each, score: score(each.fullName.toLowerCase(), wanted) }));
  return scored
    .filter(({ score }) => score < 3)
    .sort((a, b) => a.score - b.score)
    .map(({ each }) => each);
}

function score(fullName: string, wanted: string): number {
  const name = fullName.slice(fullName.indexOf("/") + 1);
  if (name === wanted || fullName === wanted) return 0;
  if (name.startsWith(wanted) || fullName.startsWith(wanted)) return 1;
  return fullName.includes(wanted) ? 2 : 3;
}

const merge = (first: Repository[], second: Repository[]): Repository[] => [
  ...new Map([...first, ...second].map((each) => [each.externalId, each])).values(),
];

async function typed(grant: Grant, fullName: string): Promise<Repository[]> {
  try {
    return [await findRepository(grant, fullName)];
  } catch (error) {
    if (error instanceof RepositoryGone) return [];
    throw error;
  }
}

const searchAnswer = z.object({ items: z.array(repositorySchema) });
const logins = z.array(z.object({ login: z.string() }));

/** For accounts with thousands of repositories. Without an answer (the search has a limit of its own) the list has to do. */
async function askGitHub(grant: Grant, wanted: string, signal?: AbortSignal): Promise<Repository[]> {
  try {
    const q = await searchQuery(grant, wanted, signal);
    const answer = await callWith(grant, {
      route: "GET /search/repositories",
      parameters: { q, per_page: SHOWN },
      signal,
    });
    return parseAnswer(searchAnswer, answer.data).items;
  } catch (error) {
    if (error instanceof GitHubRefusal || error instanceof ProviderUnavailable) return [];
    throw error;
  }
}

/** Limited to the account and its organizations: all of GitHub is not what was asked for. */
async function searchQuery(grant: Grant, wanted: string, signal?: AbortSignal): Promise<string> {
  const [me, organizations] = await Promise.all([
    callWith(grant, { route: "GET /user", signal }),
    callWith(grant, { route: "GET /user/orgs", parameters: { per_page: 100 }, signal }),
  ]);
  const own = parseAnswer(z.object({ login: z.string() }), me.data);
  const words = wanted.replace(/[^a-z0-9._/ -]/g, " ").replace("/", " ");
  return [own, ...parseAnswer(logins, organizations.data)]
    .map(({ login }) => `user:${login}`)
    .reduce(
      (q, term) => (q.length + term.length < QUERY_LIMIT ? `${q} ${term}` : q),
      `${words} in:name fork:true`,
    );
}
