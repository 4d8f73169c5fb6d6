import { z } from "zod";
import { parseAnswer, readPage, tokenKey } from "@/lib/providers/github/api";
import { listInstalledRepositories } from "@/lib/providers/github/installations";
import { Lru } from "@/lib/providers/github/lru";
import { repositorySchema } from "@/lib/providers/github/repository";
import type { Grant, Repository } from "@/lib/providers/provider";

export type RepositoryList = {
  repositories: Repository[];
  /** False for an account with more repositories than we read; then GitHub's own search helps. */
  isComplete: boolean;
  /** How many there are, as far as the number of pages tells. */
  total: number;
  fetchedAt: Date;
};

const PER_PAGE = 100;
const MAX_PAGES = 20;
const AT_ONCE = 4;
const FRESH_MS = 60_000;
/** Who asks for the list anew gets one of at most this age: a key held down is not a read for each repeat. */
const ANEW_MS = 10_000;

/** `readAt` is infinite while the read is under way, so that everybody shares it. */
type Known = { readAt: number; list: Promise<RepositoryList> };
const lists = new Lru<Known>(200);

/** Every repository that the token reaches, latest push first. Read once a minute, however many people search. */
export function listRepositories(grant: Grant, isFresh: boolean): Promise<RepositoryList> {
  const key = `${grant.instance.apiUrl} ${tokenKey(grant)}`;
  const known = lists.get(key);
  if (known && Date.now() - known.readAt < (isFresh ? ANEW_MS : FRESH_MS)) return known.list;
  const reading: Known = { readAt: Number.POSITIVE_INFINITY, list: readAll(grant) };
  lists.set(key, reading);
  reading.list.then(
    () => {
      reading.readAt = Date.now();
    },
    // A failure is not remembered: the next person may be luckier.
    () => lists.delete(key),
  );
  return reading.list;
}

const readAll = (grant: Grant): Promise<RepositoryList> =>
  grant.instance.clientType === "github_app" ? readInstalled(grant) : readOwn(grant);

async function readInstalled(grant: Grant): Promise<RepositoryList> {
  const { repositories, isComplete } = await listInstalledRepositories(grant);
  return { repositories, isComplete, total: repositories.length, fetchedAt: new Date() };
}

async function readOwn(grant: Grant): Promise<RepositoryList> {
  const first = await page(grant, 1);
  const last = Math.min(first.lastPage, MAX_PAGES);
  const pages = [first.value];
  for (let from = 2; from <= last; from += AT_ONCE) {
    const numbers = Array.from({ length: Math.min(AT_ONCE, last - from + 1) }, (_, i) => from + i);
    pages.push(
      ...(await Promise.all(numbers.map((number) => page(grant, number)))).map((each) => each.value),
    );
  }
  const repositories = [...new Map(pages.flat().map((each) => [each.externalId, each])).values()];
  const isComplete = first.lastPage <= MAX_PAGES;
  const total = isComplete ? repositories.length : first.lastPage * PER_PAGE;
  return { repositories, isComplete, total, fetchedAt: new Date() };
}

const page = (grant: Grant, number: number) =>
  readPage(
    grant,
    {
      route: "GET /user/repos",
      parameters: {
        affiliation: "owner,collaborator,organization_member",
        sort: "pushed",
        direction: "desc",
        per_page: PER_PAGE,
        page: number,
      },
    },
    (data) => parseAnswer(z.array(repositorySchema), data),
  );
