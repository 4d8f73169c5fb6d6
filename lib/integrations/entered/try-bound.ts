import { eq } from "drizzle-orm";
import { apps, db, repositories, sources } from "@/db";
import type { BrokenRepository } from "@/lib/integrations/views";
import type { CredentialsAuthorization, Grant } from "@/lib/providers";
import { forEachLimited } from "@/lib/pushes/limited";

const AT_ONCE = 6;

/** The repositories that apps follow through an integration and that a new credential does not open, each with why. */
export async function tryBound(
  authorization: CredentialsAuthorization,
  grant: Grant,
  integrationId: string,
): Promise<BrokenRepository[]> {
  const bound = await boundTo(integrationId);
  const broken: BrokenRepository[] = [];
  await forEachLimited([...bound.values()], AT_ONCE, new AbortController().signal, async (repository) => {
    const trial = await authorization.test(grant, repository.externalId);
    // Nothing is lost where nothing was: an empty repository breaks no app.
    if (trial.outcome === "works" || trial.reason === "empty") return;
    broken.push({ name: repository.name, apps: repository.apps, sentence: trial.sentence });
  });
  return broken.sort((a, b) => a.name.localeCompare(b.name));
}

async function boundTo(integrationId: string) {
  const app = { id: apps.id, name: apps.name };
  const rows = await db()
    .select({ externalId: repositories.externalId, name: repositories.fullName, app })
    .from(sources)
    .innerJoin(repositories, eq(repositories.id, sources.repositoryId))
    .innerJoin(apps, eq(apps.id, sources.appId))
    .where(eq(sources.integrationId, integrationId));
  const byId = new Map<string, Omit<BrokenRepository, "sentence"> & { externalId: string }>();
  for (const { externalId, name, app } of rows) {
    const known = byId.get(externalId) ?? { externalId, name, apps: [] };
    byId.set(externalId, { ...known, apps: [...known.apps, app] });
  }
  return byId;
}
