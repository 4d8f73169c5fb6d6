"use client";

import { Check } from "lucide-react";
import Link from "next/link";
import * as Radix from "radix-ui/dropdown-menu";
import type { ReactElement, ReactNode } from "react";
import { cn } from "./cn";

type MenuProps = {
  trigger: ReactElement;
  align?: "start" | "center" | "end";
  side?: "top" | "right" | "bottom" | "left";
  className?: string;
  children: ReactNode;
};

/** A list of what can be done. Destructive entries come last, after a `MenuSeparator`. */
export function Menu({ trigger, align = "end", side = "bottom", className, children }: MenuProps) {
  return (
    <Radix.Root modal={false}>
      <Radix.Trigger asChild>{trigger}</Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          align={align}
          side={side}
          sideOffset={6}
          collisionPadding={8}
          className={cn(
            "z-50 max-h-(--radix-dropdown-menu-content-available-height) min-w-48 max-w-[calc(100vw-16px)] overflow-y-auto",
            "animate-pop rounded-card border border-line-strong bg-surface p-1.5 shadow-2 outline-none",
            className,
          )}
        >
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

const item =
  "flex min-h-8 w-full cursor-pointer select-none items-center gap-2.5 rounded-control px-2 py-1 text-left text-sm outline-none " +
  "data-highlighted:bg-fill pointer-coarse:min-h-10 [&_.lucide]:text-ink-2";

type ItemProps = {
  icon?: ReactNode;
  /** Opens a page; otherwise give `onSelect`. */
  href?: string | undefined;
  onSelect?: (() => void) | undefined;
  danger?: boolean;
  /** Why it cannot be used; shown under its name. */
  disabledReason?: string | undefined;
  children: ReactNode;
};

export function MenuItem({ icon, href, onSelect, danger = false, disabledReason, children }: ItemProps) {
  const look = cn(item, danger && "text-bad [&_.lucide]:text-bad", disabledReason && "cursor-not-allowed");
  if (disabledReason !== undefined) {
    return (
      <Radix.Item aria-disabled="true" onSelect={(event) => event.preventDefault()} className={look}>
        {icon && <span className="flex opacity-45">{icon}</span>}
        <span className="min-w-0">
          <span className="block opacity-45">{children}</span>
          <span className="block text-ink-3 text-xs">{disabledReason}</span>
        </span>
      </Radix.Item>
    );
  }
  if (href !== undefined) {
    return (
      <Radix.Item asChild className={look}>
        <Link href={href}>
          {icon}
          <span className="min-w-0 truncate">{children}</span>
        </Link>
      </Radix.Item>
    );
  }
  return (
    <Radix.Item className={look} {...(onSelect ? { onSelect } : {})}>
      {icon}
      <span className="min-w-0 truncate">{children}</span>
    </Radix.Item>
  );
}

type RadioProps = {
  label: string;
  value: string;
  onValueChange: (value: string) => void;
  options: { value: string; label: ReactNode; icon?: ReactNode }[];
};

/** One of several, with a check at the chosen one. */
export function MenuRadioGroup({ label, value, onValueChange, options }: RadioProps) {
  return (
    <Radix.RadioGroup aria-label={label} value={value} onValueChange={onValueChange}>
      {options.map((option) => (
        <Radix.RadioItem key={option.value} value={option.value} className={item}>
          {option.icon}
          <span className="flex-1">{option.label}</span>
          <Radix.ItemIndicator>
            <Check aria-hidden className="text-accent!" />
          </Radix.ItemIndicator>
        </Radix.RadioItem>
      ))}
    </Radix.RadioGroup>
  );
}

export function MenuSeparator() {
  return <Radix.Separator className="-mx-0 my-1.5 h-px bg-line" />;
}

export function MenuLabel({ children }: { children: ReactNode }) {
  return <Radix.Label className="px-2 py-1.5 text-ink-3 text-xs">{children}</Radix.Label>;
}
