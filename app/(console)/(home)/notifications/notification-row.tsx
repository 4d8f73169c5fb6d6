import Link from "next/link";
import { ActionForm, type FormAction } from "@/components/action-form";
import { cn } from "@/components/ui/cn";
import { ToneGlyph } from "@/components/ui/status";
import { notificationLooks } from "@/components/ui/status-maps";
import { SubmitButton } from "@/components/ui/submit-button";
import { Time } from "@/components/ui/time";
import type { NotificationView } from "@/lib/notifications";

type Props = { notification: NotificationView; markRead: FormAction; now: Date };

/** What happened, in which project, which apps it concerns, and what became of it. */
export function NotificationRow({ notification, markRead, now }: Props) {
  const { id, title, sentence, href, projectName, apps, at, isRead, end } = notification;
  return (
    <li className="flex flex-wrap items-start gap-x-4 gap-y-2 border-line border-t px-5 py-4 first:border-t-0">
      <span className="flex min-w-0 flex-1 basis-64 items-start gap-3">
        <span className="mt-[3px] flex">
          <ToneGlyph look={notificationLooks[end ? "over" : "open"]} />
        </span>
        <span className="grid min-w-0 gap-1">
          <span className={cn("break-words text-base", isRead || end ? "text-ink-2" : "font-semibold")}>
            <Link href={href} className="rounded-tag underline-offset-3 hover:underline">
              {title}
            </Link>
            {!isRead && <span className="sr-only"> (not read)</span>}
          </span>
          <span className="break-words text-ink-2 text-sm">
            {end ? (
              <>
                {end.sentence} <Time at={end.at} now={now} className="text-ink-3" />
              </>
            ) : (
              sentence
            )}
          </span>
          <span className="break-words text-ink-3 text-sm">
            {projectName}
            {apps.length > 0 && `, used by ${apps.map(({ name }) => name).join(", ")}`} · told{" "}
            <Time at={at} now={now} />
          </span>
        </span>
      </span>
      {!isRead && (
        <ActionForm action={markRead} hidden={{ notificationId: id }} className="max-sm:ml-[26px]">
          <SubmitButton
            variant="secondary"
            size="sm"
            busyLabel="Marking"
            aria-label={`Mark as read: ${title}`}
          >
            Mark as read
          </SubmitButton>
        </ActionForm>
      )}
    </li>
  );
}
