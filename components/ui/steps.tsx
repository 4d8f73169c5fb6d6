import type { ReactNode } from "react";
import { cn } from "./cn";
import { Glyph, type GlyphShape } from "./status-glyph";
import { type Tone, toneShape } from "./status-maps";

export type StepState = "done" | "running" | "waiting" | "failed" | "skipped" | "cancelled";

export type StepItem = {
  id: string;
  name: string;
  state: StepState /** At the right, e.g. a `Duration` or `Elapsed`. */;
  time?: ReactNode;
  detail?: ReactNode;
};

const looks: Record<StepState, { shape: GlyphShape; tone: Tone; word: string }> = {
  done: { shape: "check", tone: "ok", word: "done" },
  running: { shape: "running", tone: "accent", word: "running" },
  waiting: { shape: "queued", tone: "idle", word: "waiting" },
  failed: { shape: "failed", tone: "bad", word: "failed" },
  skipped: { shape: "skipped", tone: "idle", word: "not reached" },
  cancelled: { shape: "cancelled", tone: "idle", word: "cancelled" },
};

/** Glyph, name, time at the right, one line beneath; a hairline joins the glyphs. */
export function Steps({ items, className }: { items: StepItem[]; className?: string }) {
  return (
    <ol className={cn("grid", className)}>
      {items.map((item, index) => (
        <StepRow key={item.id} item={item} last={index === items.length - 1} />
      ))}
    </ol>
  );
}

function StepRow({ item, last }: { item: StepItem; last: boolean }) {
  const { shape, tone, word } = looks[item.state];
  return (
    <li className="relative flex gap-3 pb-4 last:pb-0">
      {!last && (
        <span aria-hidden="true" className="absolute top-6 bottom-1 left-[7.5px] w-px bg-line-strong" />
      )}
      <Glyph shape={shape} size={16} className={cn("mt-0.5", toneShape[tone])} />
      <div className="min-w-0 flex-1">
        <p className="flex items-baseline justify-between gap-3 text-sm">
          <span className={cn("font-medium", item.state === "waiting" && "text-ink-2")}>
            {item.name}
            <span className="sr-only">, {word}</span>
          </span>
          {item.time !== undefined && (
            <span
              className={cn(
                "shrink-0 whitespace-nowrap tabular-nums",
                item.state === "running" ? "font-medium text-accent" : "text-ink-3",
              )}
            >
              {item.time}
            </span>
          )}
        </p>
        {item.detail && <p className="text-ink-3 text-xs">{item.detail}</p>}
      </div>
    </li>
  );
}
