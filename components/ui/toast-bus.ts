import type { ReactNode } from "react";
import type { Tone } from "./status-maps";

export type ToastContent = {
  tone: Extract<Tone, "ok" | "warn" | "bad" | "idle">;
  /** A sentence without its full stop: "octocat is connected". */
  title: ReactNode;
  detail?: ReactNode;
  /** The one next step. */
  action?: { label: string; href: string } | { label: string; onClick: () => void } | undefined;
  /** A toast with the same id replaces the earlier one. */
  id?: string | undefined;
};

const listeners = new Set<(content: ToastContent) => void>();
/** Asked for while a page was still being put together: its effects run before those of the layout that shows them. */
const early: ToastContent[] = [];

/** Shows a toast, for what the page itself does not show. Errors stay until they are dismissed. */
export function toast(content: ToastContent): void {
  if (listeners.size === 0) early.push(content);
  for (const listener of listeners) listener(content);
}

export function onToast(listener: (content: ToastContent) => void): () => void {
  listeners.add(listener);
  for (const content of early.splice(0)) listener(content);
  return () => void listeners.delete(listener);
}
