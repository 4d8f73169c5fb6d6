import type { ReactNode } from "react";
import { cn } from "./cn";
import { Glyph, type GlyphShape } from "./status-glyph";

type Tone = "warn" | "bad";
type Props = {
  tone: Tone;
  /** The status in words. */
  title: ReactNode;
  /** Its glyph, where it is not the tone's own. */
  shape?: GlyphShape | undefined;
  children?: ReactNode;
  /** The one button that mends it. */
  action?: ReactNode;
};

/** A banner that is a card of its own: what failed about the page's one subject. Never dismissible. */
export function Banner(props: Props) {
  return (
    <section className={cn(frame(props.tone), "rounded-card border")}>
      <Inside {...props} />
    </section>
  );
}

/** The top part of the card it concerns: it says what is wrong and carries the button. Goes when the fact goes. */
export function CardBanner(props: Props) {
  return (
    <div
      data-banner={props.tone}
      className={cn(frame(props.tone), "rounded-t-[11px] border-b last:rounded-b-[11px] last:border-b-0")}
    >
      <Inside {...props} />
    </div>
  );
}

const frame = (tone: Tone): string =>
  cn(
    "flex flex-wrap items-center gap-x-4 gap-y-3 px-5 py-4",
    tone === "warn" ? "border-warn-line bg-warn-soft" : "border-bad-line bg-bad-soft",
  );

/** Glyph, bold status, a sentence, and the button at the right. */
function Inside({ tone, title, shape, children, action }: Props) {
  return (
    <>
      <div className="flex min-w-0 flex-1 basis-72 items-start gap-3">
        <Glyph
          shape={shape ?? (tone === "warn" ? "attention" : "failed")}
          size={18}
          className={cn("mt-0.5", tone === "warn" ? "text-warn-solid" : "text-bad-solid")}
        />
        <div className="min-w-0">
          <p className="font-semibold text-base">{title}</p>
          {children && <div className="text-ink-2 text-sm [&_strong]:text-ink">{children}</div>}
        </div>
      </div>
      {action && (
        <div className="grid w-full shrink-0 empty:hidden! sm:ml-auto sm:flex sm:w-auto sm:items-center sm:gap-2">
          {action}
        </div>
      )}
    </>
  );
}
