"use client";

import { ChevronDown } from "lucide-react";
import type { ComponentProps, ReactNode } from "react";
import { cn } from "./cn";
import { useControl } from "./form-context";
import { type FieldScale, fieldHeight, fieldStyle } from "./input-style";

export type SelectOption = { value: string; label: string; disabled?: boolean };

type Props = ComponentProps<"select"> & {
  options: SelectOption[];
  icon?: ReactNode;
  scale?: FieldScale | undefined;
};

/** The browser's own select in the console's clothes: its list, keys and touch behaviour are the device's. */
export function Select({ options, icon, scale = "md", className, ...rest }: Props) {
  return (
    <span className={cn("relative block text-ink-2", className)}>
      {icon && (
        <span className="-translate-y-1/2 pointer-events-none absolute top-1/2 left-2.5 flex">{icon}</span>
      )}
      <select
        {...rest}
        {...useControl(rest)}
        className={cn(fieldStyle, fieldHeight[scale], "appearance-none truncate pr-8 pl-2.5", icon && "pl-9")}
      >
        {options.map(({ value, label, disabled }) => (
          <option key={value} value={value} disabled={disabled}>
            {label}
          </option>
        ))}
      </select>
      <ChevronDown
        aria-hidden
        className="-translate-y-1/2 pointer-events-none absolute top-1/2 right-2.5 size-4"
      />
    </span>
  );
}
