import { eq } from "drizzle-orm";
import { db, projects } from "@/db";
import { holdPermission, type ProjectContext, requirePermission } from "@/lib/access";
import { record } from "@/lib/audit";
import { notFound } from "@/lib/errors";
import { projectNameSchema } from "@/lib/projects/create-project";

/** Gives the project another name. Its addresses carry its id and stay. */
export async function renameProject(
  context: ProjectContext,
  input: { name: string },
): Promise<{ name: string }> {
  requirePermission(context, "project.rename");
  const { name } = projectNameSchema.parse(input);
  return db().transaction(async (tx) => {
    const [before] = await tx
      .select({ name: projects.name })
      .from(projects)
      .where(eq(projects.id, context.projectId))
      .for("update");
    if (!before) throw notFound();
    await holdPermission(tx, context, "project.rename");
    if (before.name === name) return { name };
    await tx.update(projects).set({ name }).where(eq(projects.id, context.projectId));
    await record(tx, context.actor, {
      chain: context.projectId,
      event: "project.renamed",
      subjectId: context.projectId,
      subjectName: name,
      facts: { from: before.name },
    });
    return { name };
  });
}
