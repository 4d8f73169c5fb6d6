import { and, asc, eq, inArray, isNull, lte, sql } from "drizzle-orm";
import {
  db,
  integrationIncidents,
  integrations,
  members,
  notifications,
  projects,
  type Transaction,
  users,
} from "@/db";
import { announce } from "@/lib/events";
import { incidentColumns, toIncidentView } from "@/lib/integrations/incidents";
import { leftoversOf } from "@/lib/integrations/leftovers";
import { appsByIntegration } from "@/lib/integrations/list";
import { reportUnexpected } from "@/lib/log";
import { mailIsConfigured, queueMail } from "@/lib/mail";
import { incidentMail } from "@/lib/notifications/incident-mail";
import { TOLD_ROLES } from "@/lib/notifications/recipients";

const AT_ONCE = 20;
const FIRST_RETRY_SECONDS = 15;
const LAST_RETRY_SECONDS = 3600;

/**
 * Tells the owners and admins of each incident that nobody was told of yet: a notification each, and a mail where there is a mail
 * server. Notifications, mails and the note that it is done are one transaction, and a second process passes a row that is held: once
 * for each incident, whatever dies when. One that cannot be told is no concern of the others: it is logged once, and tried again later
 * and later. Answers how many incidents were told.
 */
export async function tellIncidents(): Promise<number> {
  const due = await db()
    .select({ id: integrationIncidents.id })
    .from(integrationIncidents)
    .where(and(isUntold, lte(integrationIncidents.tellAt, sql`now()`)))
    .orderBy(asc(integrationIncidents.tellAt))
    .limit(AT_ONCE);
  let told = 0;
  for (const { id } of due) if (await tellOne(id)) told += 1;
  return told;
}

const isUntold = isNull(integrationIncidents.toldAt);

async function tellOne(id: string): Promise<boolean> {
  try {
    return await db().transaction((tx) => tell(tx, id));
  } catch (error) {
    // A database that is away refuses this as well, which ends the round.
    if ((await postpone(id)) === 1) reportUnexpected(error, "incident");
    return false;
  }
}

/** Answers how often it has failed by now. */
async function postpone(id: string): Promise<number> {
  const { tellFailures } = integrationIncidents;
  const seconds = sql`least(${FIRST_RETRY_SECONDS} * power(2, least(${tellFailures}, 10)), ${LAST_RETRY_SECONDS})`;
  const [row] = await db()
    .update(integrationIncidents)
    .set({ tellFailures: sql`${tellFailures} + 1`, tellAt: sql`now() + make_interval(secs => ${seconds})` })
    .where(and(eq(integrationIncidents.id, id), isUntold))
    .returning({ failures: tellFailures });
  return row?.failures ?? 0;
}

async function tell(tx: Transaction, id: string): Promise<boolean> {
  const [held] = await tx
    .select({ projectId: integrationIncidents.projectId, endedAt: integrationIncidents.endedAt })
    .from(integrationIncidents)
    .where(and(eq(integrationIncidents.id, id), isUntold))
    .for("update", { skipLocked: true });
  if (!held) return false;
  // What was over before anybody could be told needs nobody.
  if (held.endedAt === null) await tellEverybody(tx, id, held.projectId);
  await tx.update(integrationIncidents).set({ toldAt: sql`now()` }).where(eq(integrationIncidents.id, id));
  return held.endedAt === null;
}

async function tellEverybody(tx: Transaction, incidentId: string, projectId: string): Promise<void> {
  const incident = await load(tx, incidentId);
  if (!incident) return;
  const using = await appsByIntegration(projectId);
  const apps = using.get(incident.integrationId ?? "") ?? [];
  const people = await recipients(tx, projectId);
  const told = people.map(({ userId }) => ({ projectId, incidentId, userId, apps }));
  const made = await tx
    .insert(notifications)
    .values(told)
    .onConflictDoNothing()
    .returning({ id: notifications.id, userId: notifications.userId });
  await announce(tx, { kind: "integration", project: projectId });
  if (!mailIsConfigured()) return;
  const leftovers = await leftoversOf([incident]);
  const view = toIncidentView(incident, apps, leftovers.get(incidentId));
  const mail = incidentMail(view, { id: projectId, name: incident.projectName });
  const addresses = new Map(people.map(({ userId, email }) => [userId, email]));
  for (const { id, userId } of made) {
    const about = { notificationId: id };
    await queueMail(tx, { about, to: addresses.get(userId) ?? "", ...mail });
  }
}

async function load(tx: Transaction, incidentId: string) {
  const [incident] = await tx
    .select({ ...incidentColumns, projectName: projects.name })
    .from(integrationIncidents)
    .innerJoin(projects, eq(projects.id, integrationIncidents.projectId))
    .leftJoin(integrations, eq(integrations.id, integrationIncidents.integrationId))
    .where(eq(integrationIncidents.id, incidentId));
  return incident;
}

/** Their rows are held until the notifications are there: whoever leaves meanwhile takes them along. */
function recipients(tx: Transaction, projectId: string): Promise<{ userId: string; email: string }[]> {
  return tx
    .select({ userId: members.userId, email: users.email })
    .from(members)
    .innerJoin(users, eq(users.id, members.userId))
    .where(and(eq(members.projectId, projectId), inArray(members.role, TOLD_ROLES)))
    .orderBy(asc(members.userId))
    .for("share", { of: members });
}
