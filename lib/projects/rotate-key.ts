import { asc, eq } from "drizzle-orm";
import { db, projects } from "@/db";
import { type Actor, systemActor } from "@/lib/access";
import { record } from "@/lib/audit";
import { resealCleanups, resealCredentials } from "@/lib/credentials";
import { notFound } from "@/lib/errors";
import { resealGrants } from "@/lib/integrations";
import { resealHooks } from "@/lib/sources";
import { hasOutdatedValues, type Resealed, rotateDataKey } from "@/lib/vault";

/** Whatever is sealed for a project, one function for each kind. */
const RESEALERS: readonly ((projectId: string) => Promise<Resealed>)[] = [
  resealCredentials,
  resealHooks,
  resealCleanups,
  resealGrants,
];

export type KeyRotation = Resealed & {
  name: string;
  /** True when an earlier rotation was finished, which made no other key. */
  isResumed: boolean;
};

/**
 * Gives a project another data key and seals everything that it holds with it, while everything runs. Can be stopped at any point:
 * the next call finishes what was begun. The key before opens what was not done yet; it is deleted once nothing names it.
 */
export async function rotateProjectData(
  projectId: string,
  by: Actor = systemActor("Command line"),
): Promise<KeyRotation> {
  const [project] = await db()
    .select({ name: projects.name })
    .from(projects)
    .where(eq(projects.id, projectId));
  if (!project) throw notFound();
  if (await hasOutdatedValues(projectId)) {
    const finished = await resealProject(projectId);
    // What does not open is no reason to go on with an old key for ever.
    if (finished.resealed > 0) return { ...project, ...finished, isResumed: true };
  }
  await db().transaction(async (tx) => {
    const { dataKeyId } = await rotateDataKey(tx, projectId);
    await record(tx, by, {
      chain: projectId,
      event: "project.key_rotated",
      subjectId: projectId,
      subjectName: project.name,
      facts: { dataKeyId },
    });
  });
  return { ...project, ...(await resealProject(projectId)), isResumed: false };
}

async function resealProject(projectId: string): Promise<Resealed> {
  const total = { resealed: 0, failed: 0 };
  for (const reseal of RESEALERS) {
    const { resealed, failed } = await reseal(projectId);
    total.resealed += resealed;
    total.failed += failed;
  }
  return total;
}

/** Every project, oldest first. */
export async function listProjectIds(): Promise<string[]> {
  const rows = await db().select({ id: projects.id }).from(projects).orderBy(asc(projects.createdAt));
  return rows.map(({ id }) => id);
}
