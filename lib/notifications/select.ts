import { and, desc, eq, inArray, type SQL } from "drizzle-orm";
import { db, integrationIncidents, integrations, members, notifications, projects } from "@/db";
import { incidentColumns } from "@/lib/integrations/incidents";
import { TOLD_ROLES } from "@/lib/notifications/recipients";

/** A person's notifications, newest first: of projects that they are in, in a role that is told. */
export const selectNotifications = (userId: string, some?: SQL) =>
  db()
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
    .innerJoin(
      members,
      and(eq(members.projectId, notifications.projectId), eq(members.userId, notifications.userId)),
    )
    .innerJoin(integrationIncidents, eq(integrationIncidents.id, notifications.incidentId))
    .leftJoin(integrations, eq(integrations.id, integrationIncidents.integrationId))
    .where(and(eq(notifications.userId, userId), inArray(members.role, TOLD_ROLES), some))
    .orderBy(desc(notifications.createdAt), desc(notifications.id));

export type NotificationRow = Awaited<ReturnType<typeof selectNotifications>>[number];
