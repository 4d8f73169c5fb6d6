import type { PickerResult } from "@/components/ui/picker";

type RepositoryItem = {
  externalId: string;
  fullName: string;
  isPrivate: boolean;
  isArchived: boolean;
  /** False where the integration's allow-list does not name it. */
  isAllowed: boolean;
  defaultBranch: string;
  pushedAt: string | null;
  language: string | null;
};
type BranchItem = { name: string; commit: string };
type Answer<T> = { items: T[]; total?: number; isCut?: boolean; fetchedAt: string };

/** What a chosen repository brings along for the rest of the form. */
export type ChosenRepository = { externalId: string; fullName: string; defaultBranch: string };

export type RepositoryResult = PickerResult & { repositories: ChosenRepository[] };

/** Searches the repositories that an integration reaches. Throws with a sentence that the picker shows. */
export async function searchRepositories(
  projectId: string,
  integrationId: string,
  query: string,
  signal: AbortSignal,
  isRefresh: boolean,
): Promise<Answer<RepositoryItem>> {
  return ask(
    projectId,
    "repositories",
    { integration: integrationId, q: query, ...fresh(isRefresh) },
    signal,
  );
}

/** Searches the branches of a repository. Throws with a sentence that the picker shows. */
export async function searchBranches(
  projectId: string,
  integrationId: string,
  repository: string,
  query: string,
  signal: AbortSignal,
  isRefresh: boolean,
): Promise<Answer<BranchItem>> {
  const parameters = { integration: integrationId, repository, q: query, ...fresh(isRefresh) };
  return ask(projectId, "branches", parameters, signal);
}

const fresh = (isRefresh: boolean): Record<string, string> => (isRefresh ? { refresh: "1" } : {});

async function ask<T>(
  projectId: string,
  what: string,
  parameters: Record<string, string>,
  signal: AbortSignal,
): Promise<Answer<T>> {
  const address = `/api/projects/${projectId}/${what}?${new URLSearchParams(parameters)}`;
  const response = await fetch(address, { signal, headers: { accept: "application/json" } });
  const body = (await response.json().catch(() => null)) as (Answer<T> & { message?: string }) | null;
  if (!response.ok || !body) throw new Error(body?.message ?? "The console did not answer. Try again.");
  return body;
}
