import type { ReactNode } from "react";
import { cn } from "./cn";

/** A key of the keyboard. */
export function Kbd({ className, children }: { className?: string | undefined; children: ReactNode }) {
  return (
    <kbd
      className={cn(
        "inline-flex h-[18px] min-w-[18px] items-center justify-center rounded-tag border border-line-strong bg-surface px-1 font-sans text-[11px] text-ink-3 leading-none",
        className,
      )}
    >
      {children}
    </kbd>
  );
}
