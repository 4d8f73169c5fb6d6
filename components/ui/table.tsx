import type { ComponentProps, ReactNode } from "react";
import { cn } from "./cn";

/*
 * Under 640 px rows become label-value lists. `display: block` would take the table's meaning away from assistive
 * technology, so the roles are written out.
 */
const roles = {
  table: { role: "table" },
  rowgroup: { role: "rowgroup" },
  row: { role: "row" },
  columnheader: { role: "columnheader" },
} as const;

/** A table in a card. Name it with `label`. */
export function Table({
  label,
  className,
  children,
}: {
  label: string;
  className?: string;
  children: ReactNode;
}) {
  return (
    <table {...roles.table} aria-label={label} className={cn("block w-full text-sm sm:table", className)}>
      {children}
    </table>
  );
}

export function TableHead({ children }: { children: ReactNode }) {
  return (
    <thead {...roles.rowgroup} className="sr-only sm:not-sr-only sm:table-header-group">
      <tr {...roles.row} className="sm:table-row">
        {children}
      </tr>
    </thead>
  );
}

type HeadCellProps = { align?: "left" | "right"; hidden?: boolean; className?: string; children?: ReactNode };

/** A column's head; `hidden` keeps its name for assistive technology only (an actions column). */
export function TableHeadCell({ align = "left", hidden = false, className, children }: HeadCellProps) {
  return (
    <th
      {...roles.columnheader}
      scope="col"
      className={cn(
        // A column may be narrow, but not so narrow that its name breaks within a word.
        "wrap-normal border-line border-b px-3 py-2 text-left font-medium text-ink-3 text-xs first:pl-5 last:pr-5",
        align === "right" && "text-right",
        className,
      )}
    >
      {hidden ? <span className="sr-only">{children}</span> : children}
    </th>
  );
}

export function TableBody({ children }: { children: ReactNode }) {
  return (
    <tbody {...roles.rowgroup} className="block sm:table-row-group">
      {children}
    </tbody>
  );
}

/** A row; `changed` lays the accent's soft ground under it (say the difference in words as well). */
export function TableRow({
  changed = false,
  className,
  ...rest
}: ComponentProps<"tr"> & { changed?: boolean }) {
  return (
    <tr
      {...roles.row}
      className={cn(
        "block border-line border-t px-5 py-3 first:border-t-0 sm:table-row sm:h-11 sm:border-t-0 sm:px-0",
        "sm:[&:not(:first-child)>*]:border-t",
        changed && "bg-accent-soft",
        className,
      )}
      {...rest}
    />
  );
}

type CellProps = {
  /** The column's name, shown beside the value on narrow screens. Leave it out for the first cell and for actions. */
  label?: string | undefined;
  align?: "left" | "right";
  /** The first cell names the row. */
  head?: boolean;
  /** Sentences: on narrow screens they stand under their label, from edge to edge, rather than ragged at its right. */
  prose?: boolean;
  className?: string | undefined;
  children?: ReactNode;
};

export function TableCell({
  label,
  align = "left",
  head = false,
  prose = false,
  className,
  children,
}: CellProps) {
  const Tag = head ? "th" : "td";
  return (
    <Tag
      role={head ? "rowheader" : "cell"}
      {...(head ? { scope: "row" as const } : {})}
      className={cn(
        // Not on their baselines: that of a status is its glyph's foot.
        "flex items-start justify-between border-line py-1 text-left align-top tabular-nums",
        prose ? "flex-col gap-0.5" : "gap-4",
        "sm:table-cell sm:px-3 sm:py-3 sm:first:pl-5 sm:last:pr-5",
        head ? "font-medium" : "text-ink-2",
        align === "right" && "sm:text-right",
        className,
      )}
    >
      {label && (
        <span aria-hidden="true" className="shrink-0 text-ink-3 sm:hidden">
          {label}
        </span>
      )}
      <span className={cn("min-w-0 sm:contents", label && !prose && "text-right sm:text-left")}>
        {children}
      </span>
    </Tag>
  );
}
