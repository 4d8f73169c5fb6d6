import type { ReactNode } from "react";
import { BannerText } from "./card";
import { cn } from "./cn";

type Props = { tone: "warn" | "bad"; title: ReactNode; children?: ReactNode; action?: ReactNode };

/** A banner that is a card of its own: what failed about the page's one subject. Never dismissible. */
export function Banner({ tone, title, children, action }: Props) {
  return (
    <section
      className={cn(
        "flex flex-wrap items-center gap-x-4 gap-y-3 rounded-card border px-5 py-4",
        tone === "warn" ? "border-warn-line bg-warn-soft" : "border-bad-line bg-bad-soft",
      )}
    >
      <BannerText tone={tone} title={title}>
        {children}
      </BannerText>
      {action && (
        <div className="grid w-full shrink-0 sm:ml-auto sm:flex sm:w-auto sm:items-center sm:gap-2">
          {action}
        </div>
      )}
    </section>
  );
}
