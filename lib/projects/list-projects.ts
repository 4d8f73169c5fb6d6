import { and, count, eq, or, sql } from "drizzle-orm";
import { integrations, members, prepared, projects } from "@/db";
import { type ProjectContext, requirePermission, type Session } from "@/lib/access";
import { type AppStateRow, listAppStates } from "@/lib/projects/app-states";
import type { ProjectCard, ProjectName, ProjectShell } from "@/lib/projects/views";

/** The projects that this person is a member of, by name. */
export async function listProjectNames(session: Session): Promise<ProjectName[]> {
  return (await memberships(session)).map(({ id, name }) => ({ id, name }));
}

/** The same with what is live in them and what needs somebody. */
export async function listProjects(session: Session): Promise<ProjectCard[]> {
  const mine = await memberships(session);
  const ids = mine.map((project) => project.id);
  const [apps, broken] = await Promise.all([listAppStates(ids), brokenIntegrations(ids)]);
  return mine.map((project) => {
    const own = apps.filter((app) => app.projectId === project.id);
    return {
      ...project,
      apps: own.map(toView),
      brokenIntegrations: broken.get(project.id) ?? 0,
      lastDeploymentAt: latest(own),
    };
  });
}

/** What the frame around a project's pages shows. */
export async function getProjectShell(context: ProjectContext, session: Session): Promise<ProjectShell> {
  requirePermission(context, "project.view");
  const [projectNames, apps, broken] = await Promise.all([
    listProjectNames(session),
    listAppStates([context.projectId]),
    brokenIntegrations([context.projectId]),
  ]);
  return {
    projects: projectNames,
    apps: apps.map(toView),
    brokenIntegrations: broken.get(context.projectId) ?? 0,
  };
}

const MEMBERSHIPS = prepared((database) =>
  database
    .select({ id: projects.id, name: projects.name, role: members.role })
    .from(members)
    .innerJoin(projects, eq(projects.id, members.projectId))
    .where(eq(members.userId, sql.placeholder("userId")))
    .orderBy(sql`lower(${projects.name})`, projects.id)
    .prepare("memberships-of-person"),
);

const memberships = (session: Session) => MEMBERSHIPS().execute({ userId: session.user.id });

/** Its owners and admins were warned, and nobody has done anything yet. */
const endsSoon = sql`exists (
  select 1 from integration_incidents i
  where i.integration_id = ${integrations.id} and i.kind = 'expiring' and i.ended_at is null)`;

const BROKEN = prepared((database) =>
  database
    .select({ projectId: integrations.projectId, broken: count() })
    .from(integrations)
    .where(
      and(
        sql`${integrations.projectId} = any(${sql.placeholder("projectIds")})`,
        or(eq(integrations.status, "needs_reauthorization"), endsSoon),
      ),
    )
    .groupBy(integrations.projectId)
    .prepare("broken-integrations-of-projects"),
);

/** How many integrations of each project wait for a person. */
async function brokenIntegrations(projectIds: readonly string[]): Promise<Map<string, number>> {
  if (projectIds.length === 0) return new Map();
  const rows = await BROKEN().execute({ projectIds });
  return new Map(rows.map((row) => [row.projectId, row.broken]));
}

const toView = ({ id, projectId, name, state }: AppStateRow) => ({ id, projectId, name, state });

function latest(apps: readonly AppStateRow[]): Date | null {
  const times = apps.flatMap((app) => (app.lastDeploymentAt ? [app.lastDeploymentAt.getTime()] : []));
  return times.length === 0 ? null : new Date(Math.max(...times));
}
