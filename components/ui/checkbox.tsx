"use client";

import type { ComponentProps, ReactNode } from "react";
import { ChoiceRow } from "./choice-row";
import { cn } from "./cn";

type Props = Omit<ComponentProps<"input">, "type"> & {
  label: ReactNode;
  hint?: ReactNode;
  disabledReason?: string | undefined;
};

const box =
  "size-4 appearance-none rounded-tag border border-control bg-surface transition-colors duration-[120ms] " +
  "checked:border-accent checked:bg-accent disabled:cursor-not-allowed";

/** A native checkbox with its label and hint. */
export function Checkbox({ label, hint, disabledReason, className, ...rest }: Props) {
  return (
    <ChoiceRow label={label} hint={hint} reason={disabledReason} name={rest.name} className={className}>
      {(wiring) => (
        <span className="relative mt-0.5 grid size-4 shrink-0">
          <input type="checkbox" {...rest} {...wiring} className={cn(box, "peer")} />
          <svg
            viewBox="0 0 16 16"
            aria-hidden="true"
            className="pointer-events-none absolute inset-0 hidden text-on-ink peer-checked:block"
          >
            <path
              d="m4 8.3 2.7 2.7L12 5.4"
              fill="none"
              stroke="currentColor"
              strokeWidth="1.8"
              strokeLinecap="round"
              strokeLinejoin="round"
            />
          </svg>
        </span>
      )}
    </ChoiceRow>
  );
}
