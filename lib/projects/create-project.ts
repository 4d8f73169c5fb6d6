import { eq } from "drizzle-orm";
import { z } from "zod";
import { db, INSTANCE_SETTINGS_ID, instanceSettings, members, prepared, projects } from "@/db";
import { type Allowance, type Session, userActor } from "@/lib/access";
import { record } from "@/lib/audit";
import { forbidden } from "@/lib/errors";
import { ensureProjectKey } from "@/lib/vault";

export const projectNameSchema = z.object({
  name: z.string().trim().min(1, "Write a name.").max(60, "At most 60 characters."),
});

const SETTINGS = prepared((database) =>
  database
    .select({ isRestricted: instanceSettings.onlyAdminsCreateProjects })
    .from(instanceSettings)
    .where(eq(instanceSettings.id, INSTANCE_SETTINGS_ID))
    .prepare("who-creates-projects"),
);

/** Whether this person may create a project: anybody, unless an instance admin restricted it. */
export async function mayCreateProject(session: Session): Promise<Allowance> {
  if (session.user.isInstanceAdmin) return { allowed: true };
  const [settings] = await SETTINGS().execute();
  if (!settings?.isRestricted) return { allowed: true };
  return { allowed: false, reason: "Only an instance admin may create projects here." };
}

/** Creates a project; the person who asks owns it. Names need not be unique. Throws `forbidden` where that is restricted. */
export async function createProject(
  session: Session,
  input: { name: string },
): Promise<{ projectId: string }> {
  const allowance = await mayCreateProject(session);
  if (!allowance.allowed) throw forbidden(allowance.reason);
  const { name } = projectNameSchema.parse(input);
  return db().transaction(async (tx) => {
    const [project] = await tx
      .insert(projects)
      .values({ name, createdBy: session.user.id })
      .returning({ id: projects.id });
    if (!project) throw new Error("A new project returned no row.");
    await tx.insert(members).values({ projectId: project.id, userId: session.user.id, role: "owner" });
    await ensureProjectKey(tx, project.id);
    await record(tx, userActor(session), {
      chain: project.id,
      event: "project.created",
      subjectId: project.id,
      subjectName: name,
    });
    return { projectId: project.id };
  });
}
