import type { ComponentProps, ReactNode } from "react";
import { ChoiceRow } from "./choice-row";

type Props = Omit<ComponentProps<"input">, "type"> & {
  label: ReactNode;
  hint?: ReactNode;
  disabledReason?: string | undefined;
};

/** One of several, sent under its name with its value. */
export function Checkbox({ label, hint, disabledReason, className, ...rest }: Props) {
  return (
    <ChoiceRow label={label} hint={hint} reason={disabledReason} className={className}>
      {(wiring) => (
        <input
          type="checkbox"
          {...rest}
          {...wiring}
          className="mt-0.5 size-4 shrink-0 rounded-tag accent-accent disabled:cursor-not-allowed"
        />
      )}
    </ChoiceRow>
  );
}
