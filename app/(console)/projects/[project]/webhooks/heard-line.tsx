import { Status } from "@/components/ui/status";
import { Time } from "@/components/ui/time";
import type { HookPanelView } from "@/lib/sources";

/** Whether the webhook is heard. Each call refreshes the page, so it changes while one looks. */
export function HeardLine({ panel, now }: { panel: HookPanelView; now: Date }) {
  const { lastCall } = panel;
  return (
    <p role="status" aria-live="polite" className="flex flex-wrap items-center gap-x-2 text-sm">
      {lastCall === null ? (
        <Status shape="running" tone="accent">
          Waiting for the first delivery…
        </Status>
      ) : (
        <>
          <Status shape={lastCall.isOwn ? "check" : "attention"} tone={lastCall.isOwn ? "ok" : "warn"}>
            Received, <Time at={lastCall.at} now={now} />
          </Status>
          <span className="text-ink-2">{lastCall.sentence}</span>
        </>
      )}
    </p>
  );
}
