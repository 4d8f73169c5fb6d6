import { Check, CornerDownLeft } from "lucide-react";
import { cn } from "./cn";
import { splitByMatch } from "./picker-match";
import type { PickerItem } from "./picker-search";

type Props = {
  id: string;
  item: PickerItem;
  query: string;
  active: boolean;
  chosen: boolean;
  onHover: () => void;
  onChoose: () => void;
};

/** One entry of a picker's list: the matched part is bold, and what cannot be chosen says why. */
export function PickerRow({ id, item, query, active, chosen, onHover, onChoose }: Props) {
  const blocked = item.reason !== undefined;
  return (
    // biome-ignore lint/a11y/useFocusableInteractive: focus stays in the field, `aria-activedescendant` points here.
    // biome-ignore lint/a11y/useKeyWithClickEvents: the field handles the keys.
    <div
      id={id}
      role="option"
      aria-selected={chosen}
      aria-disabled={blocked || undefined}
      onPointerMove={onHover}
      onPointerDown={(event) => event.preventDefault()}
      onClick={onChoose}
      className={cn(
        "flex min-h-11 cursor-pointer items-center gap-3 rounded-control px-3 py-1",
        active && "bg-fill",
        blocked && "cursor-not-allowed",
      )}
    >
      {item.icon && <span className="flex text-ink-2">{item.icon}</span>}
      <span className="grid min-w-0 flex-1 leading-tight">
        <span className={cn("truncate text-sm", blocked && "text-ink-3")}>
          {splitByMatch(item.label, query).map((part) =>
            part.match ? <strong key={part.at}>{part.text}</strong> : <span key={part.at}>{part.text}</span>,
          )}
        </span>
        {(item.reason ?? item.detail) && (
          <span className="truncate text-ink-3 text-xs">{item.reason ?? item.detail}</span>
        )}
      </span>
      {chosen ? (
        <Check aria-hidden className="text-accent" />
      ) : (
        active && !blocked && <CornerDownLeft aria-hidden className="size-3.5 text-ink-3" />
      )}
    </div>
  );
}
