"use client";

import { type ReactNode, useEffect, useRef, useState } from "react";

export type PickerItem = {
  value: string;
  label: string;
  detail?: string | undefined;
  icon?: ReactNode;
  /** Why it cannot be chosen, in place of the detail. */
  reason?: string | undefined;
  /** The typed text itself. */
  free?: boolean | undefined;
};

/** `fetchedAt` (milliseconds since 1970, or an ISO text) tells how old the list is. */
export type PickerResult = {
  items: PickerItem[];
  total?: number | undefined;
  /** There are more than these, and how many is not known. */
  isCut?: boolean | undefined;
  fetchedAt?: number | string | undefined;
};

export type PickerSearch = (query: string, signal: AbortSignal, refresh: boolean) => Promise<PickerResult>;

export type PickerState = {
  items: PickerItem[];
  total: number | undefined;
  isCut: boolean;
  fetchedAt: number | undefined;
  loading: boolean;
  error: string | undefined;
};

const idle: PickerState = {
  items: [],
  total: undefined,
  isCut: false,
  fetchedAt: undefined,
  loading: false,
  error: undefined,
};
const debounceMs = 150;

function loaded(result: PickerResult): PickerState {
  const fetchedAt = result.fetchedAt === undefined ? undefined : new Date(result.fetchedAt).getTime();
  const { items, total, isCut = false } = result;
  return { items, total, isCut, fetchedAt, loading: false, error: undefined };
}

const sentence = (error: unknown) =>
  error instanceof Error && error.message ? error.message : "The list could not be fetched.";

/** Searches while the list is open: debounced, the last question wins, an old answer is dropped. */
export function usePickerSearch(search: PickerSearch, query: string, open: boolean) {
  const [state, setState] = useState<PickerState>(idle);
  const [round, setRound] = useState(0);
  const latest = useRef(search);
  const refreshed = useRef(0);
  latest.current = search;

  useEffect(() => {
    if (!open) return;
    const controller = new AbortController();
    const refresh = round !== refreshed.current;
    refreshed.current = round;
    setState((before) => ({ ...before, loading: true, error: undefined }));
    const run = () =>
      latest.current(query, controller.signal, refresh).then(
        (result) => !controller.signal.aborted && setState(loaded(result)),
        (error: unknown) => !controller.signal.aborted && setState({ ...idle, error: sentence(error) }),
      );
    const timer = setTimeout(run, query === "" || refresh ? 0 : debounceMs);
    return () => {
      clearTimeout(timer);
      controller.abort();
    };
  }, [query, open, round]);

  return { state, refresh: () => setRound((n) => n + 1) };
}
