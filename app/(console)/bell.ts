import type { BellProps } from "@/components/shell/bell";
import type { Session } from "@/lib/auth";
import { summarizeNotifications } from "@/lib/notifications";
import { markEveryRead, markRead } from "./(home)/notifications/actions";

/** What the bell of every page shows and does. */
export async function bellOf(session: Session): Promise<BellProps> {
  return {
    summary: await summarizeNotifications(session),
    now: new Date(),
    markRead,
    markAllRead: markEveryRead,
  };
}
