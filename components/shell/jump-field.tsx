"use client";

import { Search } from "lucide-react";
import { useEffect, useState } from "react";
import { openJump } from "@/components/ui/command-palette";
import { Kbd } from "@/components/ui/kbd";

/** Looks like a field, opens the jump list. */
export function JumpField() {
  const [key, setKey] = useState("Ctrl K");
  useEffect(() => {
    if (/Mac|iPhone|iPad/.test(navigator.userAgent)) setKey("⌘K");
  }, []);
  return (
    <button
      type="button"
      onClick={openJump}
      className="flex h-8 w-full items-center gap-2.5 rounded-control border border-line-strong bg-surface px-2 text-ink-3 text-sm shadow-1 pointer-coarse:h-10"
    >
      <Search aria-hidden className="size-[15px]" />
      <span className="flex-1 text-left">Jump to…</span>
      <Kbd className="pointer-coarse:hidden">{key}</Kbd>
    </button>
  );
}
