import { Check, Minus } from "lucide-react";

/** A mark and its word, in a cell. */
export function YesNo({ isYes }: { isYes: boolean }) {
  const Icon = isYes ? Check : Minus;
  return (
    <span className="inline-flex items-center gap-1.5 whitespace-nowrap">
      <Icon aria-hidden className={isYes ? "size-4 text-ok" : "size-4 text-ink-3"} />
      {isYes ? "Yes" : "No"}
    </span>
  );
}
