"use client";

import { Bell as BellIcon } from "lucide-react";
import Link from "next/link";
import { useRouter } from "next/navigation";
import { createContext, type ReactNode, useContext, useState, useTransition } from "react";
import { Button } from "@/components/ui/button";
import { cn } from "@/components/ui/cn";
import { TextLink } from "@/components/ui/link";
import { Popover } from "@/components/ui/popover";
import { ToneGlyph } from "@/components/ui/status";
import { notificationLooks } from "@/components/ui/status-maps";
import { Time } from "@/components/ui/time";
import type { NotificationSummary, NotificationView } from "@/lib/notifications";

export type BellProps = {
  summary: NotificationSummary;
  now: Date;
  /** Server actions. */
  markRead: (input: { notificationId: string }) => Promise<unknown>;
  markAllRead: (input: object) => Promise<unknown>;
};

const BellContext = createContext<BellProps | null>(null);

/** Around the pages: the top bar of each shows what waits for the person. */
export function BellProvider({ bell, children }: { bell: BellProps; children: ReactNode }) {
  return <BellContext value={bell}>{children}</BellContext>;
}

/** How many things wait for this person, and the newest of what they were told. */
export function Bell() {
  const bell = useContext(BellContext);
  const [isOpen, setOpen] = useState(false);
  if (!bell) return null;
  const { unread } = bell.summary;
  return (
    <Popover
      label="Notifications"
      align="end"
      open={isOpen}
      onOpenChange={setOpen}
      className="w-[380px] p-0"
      trigger={
        <Button
          variant="ghost"
          square
          aria-label={unread === 0 ? "Notifications" : `Notifications, ${unread} unread`}
          className="relative"
        >
          <BellIcon aria-hidden />
          {unread > 0 && (
            <span
              aria-hidden="true"
              className="-top-0.5 -right-0.5 absolute flex h-4 min-w-4 items-center justify-center rounded-full bg-ink px-1 font-semibold text-[10px] text-on-ink tabular-nums"
            >
              {unread > 99 ? "99+" : unread}
            </span>
          )}
        </Button>
      }
    >
      <Latest bell={bell} onLeave={() => setOpen(false)} />
    </Popover>
  );
}

function Latest({ bell, onLeave }: { bell: BellProps; onLeave: () => void }) {
  const { summary, now } = bell;
  const router = useRouter();
  const [isBusy, start] = useTransition();
  const readAll = () =>
    start(async () => {
      await bell.markAllRead({});
      router.refresh();
    });
  return (
    <>
      <div className="flex items-center justify-between gap-4 px-4 py-3">
        <p className="font-semibold text-base">Notifications</p>
        {summary.unread > 0 && (
          <Button size="sm" busy={isBusy} busyLabel="Marking" onClick={readAll}>
            Mark all as read
          </Button>
        )}
      </div>
      {summary.latest.length === 0 ? (
        <p className="border-line border-t px-4 py-4 text-ink-2 text-sm">
          Nothing yet. When an integration needs you, it is told here.
        </p>
      ) : (
        <ul className="max-h-[60dvh] overflow-y-auto">
          {summary.latest.map((notification) => (
            <Item
              key={notification.id}
              notification={notification}
              now={now}
              onFollow={() => {
                onLeave();
                if (!notification.isRead)
                  start(async () => void (await bell.markRead({ notificationId: notification.id })));
              }}
            />
          ))}
        </ul>
      )}
      <p className="border-line border-t px-4 py-3 text-sm">
        <TextLink href="/notifications" onClick={onLeave}>
          All notifications
        </TextLink>
      </p>
    </>
  );
}

type ItemProps = { notification: NotificationView; now: Date; onFollow: () => void };

function Item({ notification, now, onFollow }: ItemProps) {
  const { title, href, projectName, at, isRead, end } = notification;
  return (
    <li className="border-line border-t">
      <Link
        href={href}
        onClick={onFollow}
        className="flex items-start gap-3 px-4 py-3 text-sm -outline-offset-2 hover:bg-fill"
      >
        <span className="mt-[3px] flex">
          <ToneGlyph look={notificationLooks[end ? "over" : "open"]} />
        </span>
        <span className="min-w-0">
          <span className={cn("block break-words", isRead || end ? "text-ink-2" : "font-semibold text-ink")}>
            {title}
            {!isRead && !end && <span className="sr-only"> (not read)</span>}
          </span>
          <span className="block break-words text-ink-3">
            {end ? end.sentence : projectName} · <Time at={at} now={now} />
          </span>
        </span>
      </Link>
    </li>
  );
}
