import type { Session } from "@/lib/access";
import { countUnread, selectLatest, selectPage } from "@/lib/notifications/select";
import { toViews } from "@/lib/notifications/to-view";
import type { NotificationPage, NotificationSummary } from "@/lib/notifications/views";

const PAGE_SIZE = 30;
const LATEST = 5;

/** What this person was told, newest first. `before` is the `nextBefore` of the page above. */
export async function listNotifications(
  session: Session,
  { before }: { before?: string } = {},
): Promise<NotificationPage> {
  const rows = await selectPage(session.user.id, before, PAGE_SIZE + 1);
  const items = await toViews(rows.slice(0, PAGE_SIZE));
  return { items, nextBefore: rows.length > PAGE_SIZE ? (items.at(-1)?.id ?? null) : null };
}

/** For the bell: how many wait for this person, and the newest few. */
export async function summarizeNotifications(session: Session): Promise<NotificationSummary> {
  const { id: userId } = session.user;
  const [unread, rows] = await Promise.all([countUnread(userId), selectLatest(userId, LATEST)]);
  return { unread, latest: await toViews(rows) };
}
