import type { ReactNode } from "react";
import { cn } from "./cn";
import { Glyph, type GlyphShape } from "./status-glyph";

const grounds = { plain: "bg-sunken", ok: "bg-ok-soft", warn: "bg-warn-soft", bad: "bg-bad-soft" } as const;
const glyphs = { ok: "live", warn: "attention", bad: "failed" } as const satisfies Record<string, GlyphShape>;
const shades = { ok: "text-ok-solid", warn: "text-warn-solid", bad: "text-bad-solid" } as const;

type Props = { tone?: keyof typeof grounds; className?: string; children: ReactNode };

/** A remark inside a card: `plain` explains, `ok` says what stays, `warn` and `bad` say what it costs. */
export function Note({ tone = "plain", className, children }: Props) {
  return (
    <div
      className={cn(
        "flex items-start gap-3 rounded-note px-4 py-3 text-ink-2 text-sm [&_strong]:text-ink",
        grounds[tone],
        className,
      )}
    >
      {tone !== "plain" && <Glyph shape={glyphs[tone]} className={cn("mt-[3px]", shades[tone])} />}
      <div className="min-w-0 flex-1">{children}</div>
    </div>
  );
}
