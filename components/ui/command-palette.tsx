"use client";

import dynamic from "next/dynamic";
import { useEffect, useState } from "react";

export type JumpItem = {
  id: string;
  label: string;
  group: string;
  href: string;
  keywords?: string[] | undefined;
};

const PaletteDialog = dynamic(() => import("./palette-dialog"), { ssr: false });

const opened = "console:jump";

/** Opens the jump list from any button of the page. */
export function openJump(): void {
  window.dispatchEvent(new Event(opened));
}

/** The list behind ⌘K and Ctrl K. Its code is fetched when it is first opened. */
export function CommandPalette({ items }: { items: JumpItem[] }) {
  const [open, setOpen] = useState(false);
  const [used, setUsed] = useState(false);
  useEffect(() => {
    const show = () => {
      setUsed(true);
      setOpen(true);
    };
    const onKey = (event: KeyboardEvent) => {
      if (
        event.key.toLowerCase() !== "k" ||
        !(event.metaKey || event.ctrlKey) ||
        event.shiftKey ||
        event.altKey
      )
        return;
      event.preventDefault();
      show();
    };
    window.addEventListener("keydown", onKey);
    window.addEventListener(opened, show);
    return () => {
      window.removeEventListener("keydown", onKey);
      window.removeEventListener(opened, show);
    };
  }, []);
  return used ? <PaletteDialog items={items} open={open} onOpenChange={setOpen} /> : null;
}
