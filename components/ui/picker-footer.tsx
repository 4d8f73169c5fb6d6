import { useNow } from "./clock";
import { Kbd } from "./kbd";
import { formatTime, laterOf } from "./time-format";

type Props = { fetchedAt: number | undefined; onRefresh: () => void };

/** The keys, and how old the list is. */
export function PickerFooter({ fetchedAt, onRefresh }: Props) {
  const now = useNow();
  return (
    <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-1 border-line border-t px-4 py-2 text-ink-3 text-xs">
      <span aria-hidden="true" className="flex items-center gap-3 pointer-coarse:hidden">
        <span className="flex items-center gap-1">
          <Kbd>↑</Kbd>
          <Kbd>↓</Kbd> choose
        </span>
        <span className="flex items-center gap-1.5">
          <Kbd>↵</Kbd> select
        </span>
      </span>
      <span className="ml-auto">
        {fetchedAt !== undefined &&
          now > 0 &&
          `Listed ${formatTime(fetchedAt, laterOf(now, fetchedAt), "UTC")} `}
        <button
          type="button"
          onPointerDown={(event) => event.preventDefault()}
          onClick={onRefresh}
          className="min-h-6 rounded-tag font-medium text-accent hover:underline"
        >
          Refresh
        </button>
      </span>
    </div>
  );
}
