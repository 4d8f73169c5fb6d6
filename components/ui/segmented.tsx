"use client";

import Link from "next/link";
import { usePathname } from "next/navigation";
import { type ReactNode, useId } from "react";
import { activeHref } from "./active-href";
import { cn } from "./cn";
import { useControl } from "./form-context";
import { moveFocusByArrow } from "./use-arrow-keys";

const track =
  "flex w-fit max-w-full overflow-x-auto rounded-note border border-line bg-sunken p-px [scrollbar-width:none]";
const cell =
  "inline-flex h-[30px] shrink-0 items-center gap-1.5 rounded-control border border-transparent px-3 font-medium text-ink-2 text-sm hover:text-ink pointer-coarse:h-10";
const chosen = "border-line-strong bg-surface text-ink shadow-1";

export type SegmentLink = { href: string; label: ReactNode; count?: number | undefined };

type LinkProps = {
  label: string;
  items: SegmentLink[] /** The chosen address when the path alone does not tell. */;
  current?: string | undefined;
};

/** Segments that are addresses: settings pages, filters. */
export function Segments({ label, items, current }: LinkProps) {
  const path = usePathname();
  const active =
    current ??
    activeHref(
      path,
      items.map((item) => item.href),
    );
  return (
    <nav aria-label={label} onKeyDown={moveFocusByArrow} className={track}>
      {items.map((item) => (
        <Link
          key={item.href}
          href={item.href}
          scroll={false}
          aria-current={item.href === active ? "page" : undefined}
          className={cn(cell, "-outline-offset-2", item.href === active && chosen)}
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

export type SegmentOption<V extends string> = { value: V; label: ReactNode; disabled?: boolean };

type ChoiceProps<V extends string> = {
  label: string;
  options: SegmentOption<V>[];
  name?: string | undefined;
  value?: V | undefined;
  defaultValue?: V | undefined;
  onValueChange?: ((value: V) => void) | undefined;
};

/** Segments that are a choice of the form: native radio buttons, so arrows choose and a form sends the value. */
export function SegmentedControl<V extends string>({
  label,
  options,
  name,
  value,
  defaultValue,
  onValueChange,
}: ChoiceProps<V>) {
  const group = useId();
  const control = useControl({ name });
  return (
    <div
      role="radiogroup"
      aria-label={label}
      aria-describedby={control["aria-describedby"]}
      className={track}
    >
      {options.map((option) => (
        <label
          key={option.value}
          className={cn(
            cell,
            "relative cursor-pointer has-checked:border-line-strong has-checked:bg-surface has-checked:text-ink has-checked:shadow-1 has-focus-visible:outline-2 has-focus-visible:outline-accent has-disabled:cursor-not-allowed has-disabled:opacity-45",
          )}
        >
          <input
            type="radio"
            name={control.name ?? group}
            value={option.value}
            disabled={option.disabled}
            className="absolute inset-0 cursor-pointer appearance-none outline-none"
            {...(value === undefined
              ? { defaultChecked: defaultValue === option.value }
              : { checked: value === option.value })}
            onChange={() => onValueChange?.(option.value)}
          />
          <span>{option.label}</span>
        </label>
      ))}
    </div>
  );
}
