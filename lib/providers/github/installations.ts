import { z } from "zod";
import { parseAnswer, readPage } from "@/lib/providers/github/api";
import { repositorySchema } from "@/lib/providers/github/repository";
import type { Grant, Installation, Repository } from "@/lib/providers/provider";

const PER_PAGE = 100;
const MAX_PAGES = 20;

const installation = z
  .object({
    id: z.number().int().positive(),
    account: z.object({ login: z.string() }).nullish(),
    repository_selection: z.enum(["all", "selected"]),
    permissions: z.record(z.string(), z.string()),
    suspended_at: z.string().nullish(),
  })
  .transform(
    (one): Installation => ({
      id: String(one.id),
      account: one.account?.login ?? "",
      repositories: one.repository_selection,
      permissions: one.permissions,
      isSuspended: Boolean(one.suspended_at),
    }),
  );
const installations = z.object({ installations: z.array(installation) });
const repositories = z.object({ repositories: z.array(repositorySchema) });

/** Where the app is installed, as far as this account may know [GitHub docs, "List app installations accessible to the user access token"]. */
export async function listInstallations(grant: Grant): Promise<Installation[]> {
  const read = (data: unknown) => parseAnswer(installations, data).installations;
  return (await readPages(grant, { route: "GET /user/installations" }, read)).items;
}

/**
 * What a GitHub App's user token reaches: the repositories of each installation that both the app and the account may see. The list of
 * the account's own repositories would also name those that the app was never installed on.
 */
export async function listInstalledRepositories(grant: Grant) {
  const read = (data: unknown) => parseAnswer(repositories, data).repositories;
  const working = (await listInstallations(grant)).filter(({ isSuspended }) => !isSuspended);
  const lists = await Promise.all(
    working.map(({ id }) =>
      readPages(grant, { route: "GET /user/installations/{id}/repositories", parameters: { id } }, read),
    ),
  );
  return {
    repositories: lists.flatMap(({ items }) => items).sort(byLatestPush),
    isComplete: lists.every(({ isComplete }) => isComplete),
  };
}

type Listing = { route: string; parameters?: Record<string, unknown> };

async function readPages<T>(grant: Grant, { route, parameters }: Listing, read: (data: unknown) => T[]) {
  const page = (number: number) =>
    readPage(grant, { route, parameters: { ...parameters, per_page: PER_PAGE, page: number } }, read);
  const first = await page(1);
  const items = [...first.value];
  for (let number = 2; number <= Math.min(first.lastPage, MAX_PAGES); number += 1) {
    items.push(...(await page(number)).value);
  }
  return { items, isComplete: first.lastPage <= MAX_PAGES };
}

const byLatestPush = (a: Repository, b: Repository) => (b.pushedAt ?? "").localeCompare(a.pushedAt ?? "");
