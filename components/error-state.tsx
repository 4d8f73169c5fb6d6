import type { ReactNode } from "react";
import { Code } from "@/components/ui/code";
import { Glyph } from "@/components/ui/status-glyph";

type Props = {
  title: string;
  /** What it means and what to do. */
  children: ReactNode;
  /** The id that leads to the log. */
  reference?: string | undefined;
  actions?: ReactNode;
  tone?: "bad" | "idle";
};

/** A page that could not be shown: what happened, what to do, and the id that leads to the log. */
export function ErrorState({ title, children, reference, actions, tone = "bad" }: Props) {
  return (
    <div className="mx-auto grid max-w-[520px] gap-2 px-4 py-16 sm:py-24">
      <Glyph
        shape={tone === "bad" ? "failed" : "cancelled"}
        size={18}
        className={tone === "bad" ? "text-bad-solid" : "text-idle-solid"}
      />
      <h1 className="mt-1 text-2xl">{title}</h1>
      <div className="text-base text-ink-2">{children}</div>
      {reference && (
        <p className="text-ink-3 text-sm">
          In the log this is <Code>{reference}</Code>.
        </p>
      )}
      {actions && <div className="mt-3 flex flex-wrap gap-2">{actions}</div>}
    </div>
  );
}
