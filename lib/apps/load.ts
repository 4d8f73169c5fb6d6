import { and, eq } from "drizzle-orm";
import { apps, type Executor, repositories, sources } from "@/db";
import type { ProjectContext } from "@/lib/access";
import { notFound } from "@/lib/errors";

/** The settings of an app of this project as they are saved. Throws `not_found`. */
export async function loadSettings(executor: Executor, ctx: ProjectContext, appId: string) {
  const [row] = await executor
    .select({
      name: apps.name,
      build: {
        buildKind: apps.buildKind,
        installCommand: apps.installCommand,
        buildCommand: apps.buildCommand,
        outputDirectory: apps.outputDirectory,
      },
      source: {
        repositoryId: sources.repositoryId,
        integrationId: sources.integrationId,
        branch: sources.branch,
        rootDirectory: sources.rootDirectory,
        autoDeploy: sources.autoDeploy,
      },
      repository: { externalId: repositories.externalId, fullName: repositories.fullName },
    })
    .from(apps)
    .leftJoin(sources, eq(sources.appId, apps.id))
    .leftJoin(repositories, eq(repositories.id, sources.repositoryId))
    .where(and(eq(apps.id, appId), eq(apps.projectId, ctx.projectId)));
  if (!row) throw notFound();
  return row;
}

export type Settings = Awaited<ReturnType<typeof loadSettings>>;
