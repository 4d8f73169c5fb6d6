import type { ReactNode } from "react";
import { cn } from "@/components/ui/cn";

/** The content of a page: at most 1120 px wide, 32 px gutters (16 under 1024). The skip link leads here. */
export function Page({ className, children }: { className?: string | undefined; children: ReactNode }) {
  return (
    <main
      id="content"
      tabIndex={-1}
      className={cn(
        "mx-auto w-full max-w-[1184px] flex-1 px-4 pt-6 pb-12 outline-none lg:px-8 lg:pt-8",
        className,
      )}
    >
      {children}
    </main>
  );
}

/** A wide part and a side panel of 320 px (or 400) that sticks; one under the other below 1280 px. */
export function Columns({
  side,
  wide = false,
  children,
}: {
  side: ReactNode /** 400 px for the side. */;
  wide?: boolean;
  children: ReactNode;
}) {
  return (
    <div
      className={cn(
        "grid items-start gap-4",
        wide ? "xl:grid-cols-[minmax(0,1fr)_400px]" : "xl:grid-cols-[minmax(0,1fr)_320px]",
      )}
    >
      <div className="grid min-w-0 gap-4">{children}</div>
      <div className="grid min-w-0 gap-4 xl:sticky xl:top-[72px]">{side}</div>
    </div>
  );
}
