import { eq, sql } from "drizzle-orm";
import { apps, type Executor, hooks, type RepositoryCheck, repositories, sources } from "@/db";
import { lostScopes } from "@/lib/credentials";
import type { GrantRow } from "@/lib/integrations/authorization/grant-token";
import type { IntegrationRow } from "@/lib/integrations/authorization/place";
import { oauthOf } from "@/lib/providers";

/** What happens to one repository once the new grant is in place. */
export type WeighedRepository = {
  id: string;
  name: string;
  url: string;
  apps: { id: string; name: string }[];
  /** `lost`: pushes no longer deploy. `unkept`: they do, but its webhook can no longer be mended. `unknown`: it did not answer. */
  effect: "kept" | "lost" | "unkept" | "unknown";
};

export type Weighing = {
  isReplacement: boolean;
  lostScopes: string[];
  repositories: WeighedRepository[];
  /** True only where nothing that worked stops working, and nobody else's account comes in: then nobody needs to be asked. */
  isHarmless: boolean;
};

/** What would break if this grant took the place of the one that the integration has. */
export async function weighGrant(
  executor: Executor,
  grant: GrantRow,
  target: IntegrationRow,
): Promise<Weighing> {
  const isReplacement = grant.accountId !== target.accountId;
  const lost = lostScopes(oauthOf(target.provider), target.grantedScopes, grant.grantedScopes);
  const weighed = await weighRepositories(executor, grant, target.id);
  const isEverythingKept = lost.length === 0 && weighed.every(({ effect }) => effect === "kept");
  const isHarmless = isEverythingKept && !isReplacement && grant.purpose !== "replace";
  return { isReplacement, lostScopes: lost, repositories: weighed, isHarmless };
}

async function weighRepositories(
  executor: Executor,
  { checks }: GrantRow,
  integrationId: string,
): Promise<WeighedRepository[]> {
  const found = new Map<string, WeighedRepository>();
  for (const row of await selectFollowed(executor, integrationId)) {
    const { id, name, url, appId, appName } = row;
    const known = found.get(id) ?? { id, name, url, apps: [], effect: effectOf(checkOf(checks, id), row) };
    known.apps.push({ id: appId, name: appName });
    found.set(id, known);
  }
  return [...found.values()];
}

/** An app that chose its repository after the trial: nobody has tried it. */
const checkOf = (checks: RepositoryCheck[] | null, id: string): RepositoryCheck =>
  checks?.find(({ repositoryId }) => repositoryId === id) ?? {
    repositoryId: id,
    reach: "unchecked",
    hooks: "unchecked",
  };

type Before = { isGone: boolean; hasHook: boolean };

/** What was out of reach before is not lost by this. */
function effectOf(
  { reach, hooks }: RepositoryCheck,
  { isGone, hasHook }: Before,
): WeighedRepository["effect"] {
  if (reach === "unreachable") return isGone ? "kept" : "lost";
  if (reach === "unchecked") return "unknown";
  if (!hasHook || hooks === "manageable") return "kept";
  return hooks === "forbidden" ? "unkept" : "unknown";
}

const selectFollowed = (executor: Executor, integrationId: string) =>
  executor
    .select({
      id: repositories.id,
      name: repositories.fullName,
      url: repositories.webUrl,
      isGone: sql<boolean>`${repositories.goneAt} is not null`,
      hasHook: sql<boolean>`${hooks.externalId} is not null and ${hooks.status} <> 'refused'`,
      appId: apps.id,
      appName: apps.name,
    })
    .from(sources)
    .innerJoin(apps, eq(apps.id, sources.appId))
    .innerJoin(repositories, eq(repositories.id, sources.repositoryId))
    .leftJoin(hooks, eq(hooks.repositoryId, repositories.id))
    .where(eq(sources.integrationId, integrationId))
    .orderBy(repositories.fullName, sql`lower(${apps.name})`);
