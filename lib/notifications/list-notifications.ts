import { and, count, eq, inArray, isNull, sql } from "drizzle-orm";
import { db, integrationIncidents, members, notifications } from "@/db";
import type { Session } from "@/lib/access";
import { TOLD_ROLES } from "@/lib/notifications/recipients";
import { selectNotifications } from "@/lib/notifications/select";
import { toViews } from "@/lib/notifications/to-view";
import type { NotificationPage, NotificationSummary } from "@/lib/notifications/views";

const PAGE_SIZE = 30;
const LATEST = 5;

/** What this person was told, newest first. `before` is the `nextBefore` of the page above. */
export async function listNotifications(
  session: Session,
  { before }: { before?: string } = {},
): Promise<NotificationPage> {
  const { id: userId } = session.user;
  const isOlder =
    before === undefined
      ? undefined
      : sql`(${notifications.createdAt}, ${notifications.id}) <
          (select n.created_at, n.id from notifications n where n.id = ${before} and n.user_id = ${userId})`;
  const rows = await selectNotifications(userId, isOlder).limit(PAGE_SIZE + 1);
  const items = await toViews(rows.slice(0, PAGE_SIZE));
  return { items, nextBefore: rows.length > PAGE_SIZE ? (items.at(-1)?.id ?? null) : null };
}

/** For the bell: how many wait for this person, and the newest few. */
export async function summarizeNotifications(session: Session): Promise<NotificationSummary> {
  const { id: userId } = session.user;
  const [unread, rows] = await Promise.all([countUnread(userId), selectNotifications(userId).limit(LATEST)]);
  return { unread, latest: await toViews(rows) };
}

async function countUnread(userId: string): Promise<number> {
  const [counted] = await db()
    .select({ unread: count() })
    .from(notifications)
    .innerJoin(integrationIncidents, eq(integrationIncidents.id, notifications.incidentId))
    .innerJoin(
      members,
      and(eq(members.projectId, notifications.projectId), eq(members.userId, notifications.userId)),
    )
    .where(
      and(
        eq(notifications.userId, userId),
        isNull(notifications.readAt),
        isNull(integrationIncidents.endedAt),
        inArray(members.role, TOLD_ROLES),
      ),
    );
  return counted?.unread ?? 0;
}
