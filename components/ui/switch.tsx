"use client";

import type { ComponentProps, ReactNode } from "react";
import { ChoiceRow } from "./choice-row";

type Props = Omit<ComponentProps<"input">, "type" | "role"> & {
  label: ReactNode;
  hint?: ReactNode;
  disabledReason?: string | undefined;
};

const track =
  "relative mt-px h-[18px] w-8 shrink-0 appearance-none rounded-full bg-control transition-colors duration-[120ms] " +
  "before:absolute before:top-0.5 before:left-0.5 before:size-3.5 before:rounded-full before:bg-surface " +
  "before:transition-transform before:duration-[120ms] checked:bg-accent checked:before:translate-x-3.5 disabled:cursor-not-allowed";

/** On or off at the next save; sends `on` like a checkbox. */
export function Switch({ label, hint, disabledReason, className, ...rest }: Props) {
  return (
    <ChoiceRow label={label} hint={hint} reason={disabledReason} name={rest.name} className={className}>
      {(wiring) => (
        // biome-ignore lint/a11y/useAriaPropsForRole: a native checkbox tells its own state.
        <input type="checkbox" role="switch" {...rest} {...wiring} className={track} />
      )}
    </ChoiceRow>
  );
}
