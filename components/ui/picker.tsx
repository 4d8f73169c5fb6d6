"use client";

import { Search } from "lucide-react";
import { type ReactNode, useId, useRef } from "react";
import { cn } from "./cn";
import { useControl, useTouch } from "./form-context";
import { fieldHeight, fieldStyle } from "./input-style";
import { PickerFooter } from "./picker-footer";
import { PickerNotice } from "./picker-notice";
import { PickerRow } from "./picker-row";
import type { PickerSearch } from "./picker-search";
import { type PickerChoice, usePicker } from "./use-picker";

export type { PickerItem, PickerResult } from "./picker-search";

export type PickerProps = {
  name?: string | undefined;
  /** Finds what matches; `refresh` asks for a fresh list rather than a cached one. */
  search: PickerSearch;
  /** What is chosen at first. */
  defaultValue?: PickerChoice | undefined;
  onValueChange?: ((choice: PickerChoice | undefined) => void) | undefined;
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
  const { name, placeholder, icon, disabled } = props;
  const control = useControl({ name });
  const list = `${useId()}-list`;
  const root = useRef<HTMLDivElement>(null);
  const picker = usePicker(list, props);
  const { chosen, text, type, open, setOpen, query, state, refresh, rows, current, setActive, choose } =
    picker;
  const { leave, onKeyDown } = picker;
  useTouch(chosen?.value);

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
          onChange={(event) => type(event.target.value)}
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
              <PickerRow
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
        {open && !state.loading ? `${rows.length}${state.isCut ? " and more" : ""} found` : ""}
      </span>
    </div>
  );
}
