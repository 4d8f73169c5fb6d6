import type { PickerState } from "./picker-search";
import { Skeleton } from "./skeleton";
import { Glyph } from "./status-glyph";

type Props = {
  state: PickerState;
  rows: number;
  emptyLabel: string | undefined;
  onRetry: () => void;
};

/** What stands in a picker's list below or in place of its entries: an error, the loading, that there is none, or that there are more. */
export function PickerNotice({ state, rows, emptyLabel = "Nothing matches.", onRetry }: Props) {
  if (state.error) {
    return (
      <p role="alert" className="flex items-start gap-2 px-4 pt-1 pb-3 text-bad text-sm">
        <Glyph shape="failed" className="mt-[3px] text-bad-solid" />
        <span>
          {state.error}{" "}
          <button
            type="button"
            onClick={onRetry}
            className="rounded-tag font-medium text-accent hover:underline"
          >
            Try again
          </button>
        </span>
      </p>
    );
  }
  if (rows > 0) {
    return state.isCut ? (
      <p className="border-line border-t px-4 py-2 text-ink-3 text-sm">
        The first {state.items.length}. Type a part of the name to find others.
      </p>
    ) : null;
  }
  if (state.loading) {
    return (
      <div aria-hidden="true" className="grid animate-appear gap-3 px-4 pt-1 pb-4">
        <Skeleton className="h-4 w-2/5" />
        <Skeleton className="h-4 w-3/5" />
      </div>
    );
  }
  return <p className="px-4 pt-1 pb-3 text-ink-3 text-sm">{emptyLabel}</p>;
}
