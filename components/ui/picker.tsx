"use client";

import { Check, CornerDownLeft, Search } from "lucide-react";
import { type KeyboardEvent, type ReactNode, useEffect, useId, useRef, useState } from "react";
import { useNow } from "./clock";
import { cn } from "./cn";
import { useControl, useTouch } from "./form-context";
import { fieldHeight, fieldStyle } from "./input-style";
import { Kbd } from "./kbd";
import { splitByMatch } from "./picker-match";
import { type PickerItem, type PickerResult, usePickerSearch } from "./picker-search";
import { Skeleton } from "./skeleton";
import { Glyph } from "./status-glyph";
import { formatTime } from "./time-format";

export type { PickerItem, PickerResult } from "./picker-search";

export type PickerProps = {
  name?: string | undefined;
  /** Finds what matches; `refresh` asks for a fresh list rather than a cached one. */
  search: (query: string, signal: AbortSignal, refresh: boolean) => Promise<PickerResult>;
  /** What is chosen at first: its value and how it reads. */
  defaultValue?: { value: string; label: string } | undefined;
  onValueChange?: ((item: { value: string; label: string } | undefined) => void) | undefined;
  placeholder?: string | undefined;
  icon?: ReactNode;
  /** A text that is in no list may be used as it is. */
  allowFree?: boolean | undefined;
  /** "Use {text}" for such a text. */
  freeLabel?: ((text: string) => string) | undefined;
  emptyLabel?: string | undefined;
  disabled?: boolean | undefined;
  "aria-label"?: string | undefined;
};

/** A field that searches a long list on the server, with keys, counts, and the reason why an entry cannot be chosen. */
export function Picker(props: PickerProps) {
  const { name, search, defaultValue, onValueChange, placeholder, icon, allowFree = false, disabled } = props;
  const control = useControl({ name });
  const own = useId();
  const list = `${own}-list`;
  const [chosen, setChosen] = useState(defaultValue);
  const [text, setText] = useState(defaultValue?.label ?? "");
  const [open, setOpen] = useState(false);
  const [active, setActive] = useState(0);
  const root = useRef<HTMLDivElement>(null);
  const typing = open && text !== (chosen?.label ?? "");
  const query = typing ? text.trim() : "";
  const { state, refresh } = usePickerSearch(search, query, open);
  useTouch(chosen?.value);

  const free = allowFree && query !== "" && !state.items.some((item) => item.label === query);
  const rows: PickerItem[] = free
    ? [
        ...state.items,
        { value: query, label: query, free: true, detail: props.freeLabel?.(query) ?? `Use ${query}` },
      ]
    : state.items;
  const current = Math.min(active, rows.length - 1);

  // biome-ignore lint/correctness/useExhaustiveDependencies: another query starts at the first row.
  useEffect(() => setActive(0), [query]);
  useEffect(() => {
    if (open) document.getElementById(`${list}-${current}`)?.scrollIntoView({ block: "nearest" });
  }, [open, current, list]);

  const choose = (item: PickerItem | undefined) => {
    if (!item || item.reason !== undefined) return;
    const next = { value: item.value, label: item.label };
    setChosen(next);
    setText(item.label);
    setOpen(false);
    onValueChange?.(next);
  };

  const leave = () => {
    setOpen(false);
    if (text.trim() === "" && chosen) {
      setChosen(undefined);
      onValueChange?.(undefined);
    } else if (allowFree && query !== "" && query !== chosen?.label) {
      choose(rows.find((row) => row.label === query));
    } else setText(chosen?.label ?? "");
  };

  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.key === "Escape" && open) {
      event.preventDefault();
      event.stopPropagation();
      setText(chosen?.label ?? "");
      setOpen(false);
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (!open) return setOpen(true);
      const step = event.key === "ArrowDown" ? 1 : -1;
      if (rows.length > 0) setActive((current + step + rows.length) % rows.length);
    } else if (event.key === "Enter" && open && !event.metaKey && !event.ctrlKey) {
      event.preventDefault();
      choose(rows[current]);
    }
  };

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: leaving the whole, not one control, closes the list.
    <div
      ref={root}
      className="relative"
      onBlur={(event) => {
        if (open && !root.current?.contains(event.relatedTarget)) leave();
      }}
    >
      <span
        className={cn(
          fieldStyle,
          fieldHeight.md,
          "flex items-center gap-2 px-2.5 text-ink-2",
          disabled && "opacity-45",
        )}
      >
        {icon ?? <Search aria-hidden />}
        <input
          id={control.id || undefined}
          role="combobox"
          aria-label={props["aria-label"]}
          aria-expanded={open}
          aria-controls={list}
          aria-autocomplete="list"
          aria-activedescendant={open && rows.length > 0 ? `${list}-${current}` : undefined}
          aria-describedby={control["aria-describedby"]}
          aria-invalid={control["aria-invalid"]}
          aria-required={control["aria-required"]}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          disabled={disabled}
          placeholder={placeholder}
          value={text}
          onChange={(event) => {
            setText(event.target.value);
            setOpen(true);
          }}
          onClick={() => setOpen(true)}
          onFocus={(event) => event.currentTarget.select()}
          onKeyDown={onKeyDown}
          className="h-full min-w-0 flex-1 truncate bg-transparent text-ink outline-none"
        />
        {open && state.total !== undefined && (
          <span className="shrink-0 text-ink-3 tabular-nums">
            {state.items.length} of {state.total}
          </span>
        )}
        {control.name && <input type="hidden" name={control.name} value={chosen?.value ?? ""} />}
      </span>
      {open && (
        <div className="absolute inset-x-0 top-full z-30 mt-1.5 animate-pop rounded-card border border-line-strong bg-surface shadow-2">
          <div
            id={list}
            role="listbox"
            aria-label="Choices"
            className="max-h-[308px] overflow-y-auto overscroll-contain p-1.5"
          >
            {rows.map((item, index) => (
              <Row
                key={`${item.free ? "free" : "item"}:${item.value}`}
                id={`${list}-${index}`}
                item={item}
                query={query}
                active={index === current}
                chosen={item.value === chosen?.value}
                onHover={() => setActive(index)}
                onChoose={() => choose(item)}
              />
            ))}
          </div>
          <PickerNotice state={state} rows={rows.length} emptyLabel={props.emptyLabel} onRetry={refresh} />
          <PickerFooter fetchedAt={state.fetchedAt} onRefresh={refresh} />
        </div>
      )}
      <span role="status" className="sr-only">
        {open && !state.loading ? `${rows.length} found` : ""}
      </span>
    </div>
  );
}

type RowProps = {
  id: string;
  item: PickerItem;
  query: string;
  active: boolean;
  chosen: boolean;
  onHover: () => void;
  onChoose: () => void;
};

function Row({ id, item, query, active, chosen, onHover, onChoose }: RowProps) {
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

type NoticeProps = {
  state: ReturnType<typeof usePickerSearch>["state"];
  rows: number;
  emptyLabel: string | undefined;
  onRetry: () => void;
};

function PickerNotice({ state, rows, emptyLabel = "Nothing matches.", onRetry }: NoticeProps) {
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
  if (rows > 0) return null;
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

function PickerFooter({ fetchedAt, onRefresh }: { fetchedAt: number | undefined; onRefresh: () => void }) {
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
          `Listed ${formatTime(fetchedAt, Math.max(now, fetchedAt), "UTC")} `}
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
