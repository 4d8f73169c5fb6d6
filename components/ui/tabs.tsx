"use client";

import Link from "next/link";
import { usePathname } from "next/navigation";
import { type ReactNode, useEffect, useRef } from "react";
import { activeHref } from "./active-href";
import { cn } from "./cn";
import { moveFocusByArrow } from "./use-arrow-keys";

export type TabItem = { href: string; label: ReactNode; count?: number | undefined };

/** Tabs change the page, so they are links; the one that contains the present address is marked. */
export function TabNav({ label, items, className }: { label: string; items: TabItem[]; className?: string }) {
  const path = usePathname();
  const active = activeHref(
    path,
    items.map((item) => item.href),
  );
  const bar = useRef<HTMLElement>(null);

  // biome-ignore lint/correctness/useExhaustiveDependencies: another address marks another tab.
  useEffect(() => {
    const current = bar.current?.querySelector<HTMLElement>("[aria-current]");
    if (current && bar.current) bar.current.scrollLeft = current.offsetLeft - bar.current.offsetLeft - 32;
  }, [active]);

  return (
    <nav
      ref={bar}
      aria-label={label}
      onKeyDown={moveFocusByArrow}
      className={cn(
        "relative flex gap-6 overflow-x-auto overflow-y-hidden shadow-[inset_0_-1px_var(--line)] [scrollbar-width:none]",
        className,
      )}
    >
      {items.map((item) => (
        <Link
          key={item.href}
          href={item.href}
          aria-current={item.href === active ? "page" : undefined}
          className="inline-flex h-10 shrink-0 items-center gap-1.5 border-transparent border-b-2 font-medium text-ink-2 text-sm -outline-offset-2 hover:text-ink aria-[current]:border-ink aria-[current]:text-ink"
        >
          {item.label}
          {item.count !== undefined && (
            <span className="font-normal text-ink-3 tabular-nums">{item.count}</span>
          )}
        </Link>
      ))}
    </nav>
  );
}
