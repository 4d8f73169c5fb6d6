import { and, desc, eq, inArray, type SQL, sql } from "drizzle-orm";
import {
  type Database,
  db,
  integrationIncidents,
  integrations,
  members,
  notifications,
  prepared,
  projects,
} from "@/db";
import { incidentColumns } from "@/lib/integrations/incidents";
import { TOLD_ROLES } from "@/lib/notifications/recipients";

/** A person's notifications, newest first: of projects that they are in, in a role that is told. */
const select = (database: Database, isTheirs: SQL, some?: SQL) =>
  database
    .select({
      ...incidentColumns,
      incidentId: integrationIncidents.id,
      id: notifications.id,
      projectId: notifications.projectId,
      projectName: projects.name,
      apps: notifications.apps,
      at: notifications.createdAt,
      readAt: notifications.readAt,
      endedAt: integrationIncidents.endedAt,
      status: integrations.status,
    })
    .from(notifications)
    .innerJoin(projects, eq(projects.id, notifications.projectId))
    .innerJoin(members, isOwnMembership)
    .innerJoin(integrationIncidents, eq(integrationIncidents.id, notifications.incidentId))
    .leftJoin(integrations, eq(integrations.id, integrationIncidents.integrationId))
    .where(and(isTheirs, inArray(members.role, TOLD_ROLES), some))
    .orderBy(desc(notifications.createdAt), desc(notifications.id));

const isOwnMembership = and(
  eq(members.projectId, notifications.projectId),
  eq(members.userId, notifications.userId),
);

export type NotificationRow = Awaited<ReturnType<typeof selectPage>>[number];

/** A page of them: those older than `before`, or the newest. */
export const selectPage = (userId: string, before: string | undefined, limit: number) =>
  select(
    db(),
    eq(notifications.userId, userId),
    before === undefined
      ? undefined
      : sql`(${notifications.createdAt}, ${notifications.id}) <
          (select n.created_at, n.id from notifications n where n.id = ${before} and n.user_id = ${userId})`,
  ).limit(limit);

// Every page of the console asks for these two.
const theirs = sql`${notifications.userId} = ${sql.placeholder("userId")}`;

const LATEST = prepared((database) =>
  select(database, theirs).limit(sql.placeholder("limit")).prepare("latest-notifications"),
);

export const selectLatest = (userId: string, limit: number) => LATEST().execute({ userId, limit });

const UNREAD = prepared((database) =>
  database
    .select({ id: notifications.id })
    .from(notifications)
    .innerJoin(members, isOwnMembership)
    .innerJoin(integrationIncidents, eq(integrationIncidents.id, notifications.incidentId))
    .where(
      and(
        theirs,
        sql`${notifications.readAt} is null and ${integrationIncidents.endedAt} is null`,
        inArray(members.role, TOLD_ROLES),
      ),
    )
    .prepare("unread-notifications"),
);

/** How many are not read while somebody is still needed. */
export const countUnread = async (userId: string): Promise<number> =>
  (await UNREAD().execute({ userId })).length;
