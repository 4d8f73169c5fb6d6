import type { Metadata } from "next";
import Link from "next/link";
import { Page } from "@/components/shell/page";
import { TopBar } from "@/components/shell/top-bar";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { Empty } from "@/components/ui/empty";
import { PageHead } from "@/components/ui/page-head";
import { requireSession } from "@/lib/auth";
import { listNotifications, summarizeNotifications } from "@/lib/notifications";
import { markEveryRead, markRead } from "./actions";
import { MarkAllRead } from "./mark-all-read";
import { NotificationRow } from "./notification-row";

export const metadata: Metadata = { title: "Notifications" };

type Props = { searchParams: Promise<{ before?: string | string[] }> };

export default async function NotificationsPage({ searchParams }: Props) {
  const session = await requireSession();
  const { before } = await searchParams;
  const [{ items, nextBefore }, { unread }] = await Promise.all([
    listNotifications(session, typeof before === "string" ? { before } : {}),
    summarizeNotifications(session),
  ]);
  const now = new Date();
  return (
    <>
      <TopBar crumbs={[{ label: "Notifications" }]} />
      <Page>
        <PageHead
          title="Notifications"
          facts={unread === 0 ? "Nothing waits for you." : waiting(unread)}
          actions={items.some(({ isRead }) => !isRead) && <MarkAllRead action={markEveryRead} />}
        />
        {items.length === 0 ? (
          <Empty title="Nothing yet">
            When an integration of a project that you own or administer needs somebody, it is told here, once.
          </Empty>
        ) : (
          <Card as="div">
            <ul>
              {items.map((item) => (
                <NotificationRow key={item.id} notification={item} markRead={markRead} now={now} />
              ))}
            </ul>
          </Card>
        )}
        {nextBefore !== null && (
          <div className="mt-4 flex justify-center">
            <Button asChild>
              <Link href={`/notifications?before=${nextBefore}`}>Older</Link>
            </Button>
          </div>
        )}
      </Page>
    </>
  );
}

const waiting = (unread: number) =>
  unread === 1 ? "One thing waits for you." : `${unread} things wait for you.`;
