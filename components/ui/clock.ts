"use client";

import { useSyncExternalStore } from "react";

/** One interval for each rhythm, however many times are on the page; it stands still while nobody looks. */
function ticker(every: number) {
  const listeners = new Set<() => void>();
  let now = 0;
  let timer: ReturnType<typeof setInterval> | undefined;
  const tick = () => {
    if (document.hidden) return;
    now = Date.now();
    for (const listener of listeners) listener();
  };
  const subscribe = (listener: () => void) => {
    if (listeners.size === 0) {
      now = Date.now();
      timer = setInterval(tick, every);
      document.addEventListener("visibilitychange", tick);
    }
    listeners.add(listener);
    return () => {
      listeners.delete(listener);
      if (listeners.size > 0) return;
      clearInterval(timer);
      document.removeEventListener("visibilitychange", tick);
    };
  };
  return { subscribe, read: () => now };
}

const slow = ticker(30_000);
const fast = ticker(1_000);

/** The present in the browser, every 30 s; 0 while the server's rendering is being taken over. */
export function useNow(): number {
  return useSyncExternalStore(slow.subscribe, slow.read, () => 0);
}

/** The same each second, for what is running. */
export function useSecond(): number {
  return useSyncExternalStore(fast.subscribe, fast.read, () => 0);
}
