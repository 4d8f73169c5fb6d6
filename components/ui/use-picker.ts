"use client";

import { type KeyboardEvent, useEffect, useState } from "react";
import { type PickerItem, type PickerSearch, usePickerSearch } from "./picker-search";

/** What is chosen: its value and how it reads. */
export type PickerChoice = { value: string; label: string };

export type PickerRules = {
  search: PickerSearch;
  defaultValue?: PickerChoice | undefined;
  onValueChange?: ((choice: PickerChoice | undefined) => void) | undefined;
  allowFree?: boolean | undefined;
  freeLabel?: ((text: string) => string) | undefined;
};

/** How a picker behaves: what is typed, listed, highlighted and chosen. `list` is the id that its rows' ids begin with. */
export function usePicker(list: string, rules: PickerRules) {
  const { search, defaultValue, onValueChange, allowFree = false } = rules;
  const [chosen, setChosen] = useState(defaultValue);
  const [text, setText] = useState(defaultValue?.label ?? "");
  const [open, setOpen] = useState(false);
  const [active, setActive] = useState(0);
  const typing = open && text !== (chosen?.label ?? "");
  const query = typing ? text.trim() : "";
  const { state, refresh } = usePickerSearch(search, query, open);
  const rows = allowFree ? withFree(state.items, query, rules.freeLabel) : state.items;
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

  const type = (next: string) => {
    setText(next);
    setOpen(true);
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

  return {
    chosen,
    text,
    type,
    open,
    setOpen,
    query,
    state,
    refresh,
    rows,
    current,
    setActive,
    choose,
    leave,
    onKeyDown,
  };
}

/** A text that is in no list comes last, to be used as it is. */
function withFree(items: PickerItem[], query: string, freeLabel: PickerRules["freeLabel"]): PickerItem[] {
  if (query === "" || items.some((item) => item.label === query)) return items;
  return [...items, { value: query, label: query, free: true, detail: freeLabel?.(query) ?? `Use ${query}` }];
}
