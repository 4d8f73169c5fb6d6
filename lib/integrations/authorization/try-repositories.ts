import { eq } from "drizzle-orm";
import { db, hooks as hookTable, type RepositoryCheck, repositories, sources } from "@/db";
import {
  type Grant,
  ProviderRejected,
  ProviderUnauthorized,
  RepositoryGone,
  sourceProvider,
} from "@/lib/providers";
import { forEachLimited } from "@/lib/pushes/limited";
import { hookAddress } from "@/lib/sources";

/** A person waits for this in front of a blank page: what has not answered by then counts as not checked. */
const PATIENCE_MS = 10_000;
const AT_ONCE = 6;

type Bound = { id: string; externalId: string; hookId: string | null; provider: string };

/**
 * Tries a grant that is not in place yet on every repository that apps follow through the integration: is it there, may its
 * webhooks be managed? Throws ProviderUnauthorized when the token is dead already; whatever else a provider does is a result.
 */
export async function tryRepositories(grant: Grant, integrationId: string): Promise<RepositoryCheck[]> {
  const bound = await boundTo(integrationId);
  const results = new Map<string, RepositoryCheck>();
  const ending = new AbortController();
  let death: unknown;
  const attempt = async (repository: Bound) => {
    try {
      results.set(repository.id, await tryOne(grant, repository));
    } catch (error) {
      death = error;
      ending.abort();
    }
  };
  await within(PATIENCE_MS, forEachLimited(bound, AT_ONCE, ending.signal, attempt), ending);
  if (death) throw death;
  return bound.map(({ id }) => results.get(id) ?? { repositoryId: id, ...UNCHECKED });
}

const UNCHECKED = { reach: "unchecked", hooks: "unchecked" } as const;

const boundTo = (integrationId: string): Promise<Bound[]> =>
  db()
    .selectDistinct({
      id: repositories.id,
      externalId: repositories.externalId,
      provider: repositories.provider,
      hookId: hookTable.id,
    })
    .from(sources)
    .innerJoin(repositories, eq(repositories.id, sources.repositoryId))
    .leftJoin(hookTable, eq(hookTable.repositoryId, repositories.id))
    .where(eq(sources.integrationId, integrationId));

/** Stops waiting, not the calls that were made already: they only read. */
async function within(milliseconds: number, work: Promise<void>, ending: AbortController): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const patience = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, milliseconds);
  });
  await Promise.race([work, patience]);
  clearTimeout(timer);
  ending.abort();
}

async function tryOne(grant: Grant, repository: Bound): Promise<RepositoryCheck> {
  const { source } = sourceProvider(grant.instance.provider);
  const repositoryId = repository.id;
  try {
    await source.getRepository(grant, repository.externalId);
  } catch (error) {
    if (error instanceof ProviderUnauthorized) throw error;
    const reach = error instanceof RepositoryGone ? "unreachable" : "unchecked";
    return { repositoryId, reach, hooks: "unchecked" };
  }
  return { repositoryId, reach: "reachable", hooks: await tryHooks(grant, repository) };
}

/** Whoever may read the list of webhooks may change it, at every host that has such a list; elsewhere a person keeps them. */
async function tryHooks(
  grant: Grant,
  { provider, externalId, hookId, id }: Bound,
): Promise<RepositoryCheck["hooks"]> {
  const hooks = sourceProvider(provider).hooks(grant.instance);
  if (hooks.kind === "manual") return "manageable";
  try {
    await hooks.findHook(grant, externalId, hookAddress(provider, hookId ?? id));
    return "manageable";
  } catch (error) {
    if (error instanceof ProviderUnauthorized) throw error;
    return error instanceof ProviderRejected || error instanceof RepositoryGone ? "forbidden" : "unchecked";
  }
}
