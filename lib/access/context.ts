import { and, eq, sql } from "drizzle-orm";
import { members, prepared, projects } from "@/db";
import { type Actor, userActor } from "@/lib/access/actor";
import type { Role } from "@/lib/access/roles";
import type { Session } from "@/lib/access/session";
import { forbidden, notFound } from "@/lib/errors";

declare const projectBrand: unique symbol;
declare const instanceBrand: unique symbol;

/** What a verb of a project needs: who asks, and in which role. Only this file makes one. */
export type ProjectContext = {
  readonly projectId: string;
  readonly projectName: string;
  readonly role: Role;
  readonly actor: Actor;
  readonly user: Session["user"];
  readonly sessionId: string;
  readonly [projectBrand]: true;
};

/** What a verb of the whole instance needs: an instance admin asks. Only this file makes one. */
export type InstanceContext = {
  readonly actor: Actor;
  readonly user: Session["user"];
  readonly sessionId: string;
  readonly [instanceBrand]: true;
};

const PROJECT_ID = /^prj_[0-9a-z]{20}$/;

/**
 * The person's place in a project, read now. Throws `not_found` alike for a project that does not exist, one that is
 * foreign, and an id that is none.
 */
export async function loadProjectContext(session: Session, projectId: string): Promise<ProjectContext> {
  const found = PROJECT_ID.test(projectId) ? await findMembership(session.user.id, projectId) : undefined;
  if (!found) throw notFound();
  return {
    projectId,
    projectName: found.name,
    role: found.role,
    actor: userActor(session),
    user: session.user,
    sessionId: session.sessionId,
  } as ProjectContext;
}

const FIND_MEMBERSHIP = prepared((database) =>
  database
    .select({ name: projects.name, role: members.role })
    .from(members)
    .innerJoin(projects, eq(projects.id, members.projectId))
    .where(
      and(eq(members.projectId, sql.placeholder("projectId")), eq(members.userId, sql.placeholder("userId"))),
    )
    .limit(1)
    .prepare("find-membership"),
);

async function findMembership(userId: string, projectId: string) {
  const [row] = await FIND_MEMBERSHIP().execute({ userId, projectId });
  return row;
}

/** The context of an instance admin. Throws `forbidden` for anybody else. */
export function loadInstanceContext(session: Session): InstanceContext {
  if (!session.user.isInstanceAdmin) throw forbidden("Only an instance admin may do this.");
  return {
    actor: userActor(session),
    user: session.user,
    sessionId: session.sessionId,
  } as InstanceContext;
}
