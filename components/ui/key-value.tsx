import type { ReactNode } from "react";
import { cn } from "./cn";

export type Fact = { label: string; value: ReactNode };

type Props = {
  items: Fact[];
  /** `rows`: label left, value right. `columns`: value under its label, side by side. */
  layout?: "rows" | "columns";
  className?: string | undefined;
};

/** A definition list of facts. */
export function Facts({ items, layout = "rows", className }: Props) {
  const columns = layout === "columns";
  return (
    <dl className={cn(columns ? "flex flex-wrap gap-x-12 gap-y-3" : "grid gap-2.5", "text-sm", className)}>
      {items.map(({ label, value }) => (
        <div key={label} className={columns ? "grid gap-0.5" : "flex items-start justify-between gap-4"}>
          <dt className={cn("shrink-0 text-ink-3", columns && "text-xs")}>{label}</dt>
          <dd className={cn("min-w-0 tabular-nums", !columns && "text-right")}>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
