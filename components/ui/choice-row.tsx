"use client";

import { type ReactNode, useContext, useEffect, useId } from "react";
import { cn } from "./cn";
import { FieldContext, useFormContext } from "./form-context";

type Wiring = { id: string; disabled?: true; "aria-describedby"?: string };

type Props = {
  label: ReactNode;
  hint?: ReactNode;
  reason?: string | undefined;
  name?: string | undefined;
  className?: string | undefined;
  children: (wiring: Wiring) => ReactNode;
};

/** A checkbox or switch beside its label, hint and, when it cannot be changed, the reason. */
export function ChoiceRow({ label, hint, reason, name, className, children }: Props) {
  const own = useId();
  const id = useContext(FieldContext)?.id || own;
  const register = useFormContext()?.register;
  useEffect(
    () => (name && typeof label === "string" ? register?.(name, label) : undefined),
    [register, name, label],
  );
  const note = reason ?? hint;
  const wiring: Wiring = { id: own === id ? own : id };
  if (note) wiring["aria-describedby"] = `${own}-note`;
  if (reason) wiring.disabled = true;
  return (
    <div className={cn("flex items-start gap-3 pointer-coarse:min-h-10 pointer-coarse:py-1", className)}>
      {children(wiring)}
      <div className="grid min-w-0">
        <label
          htmlFor={wiring.id}
          className={cn("font-medium text-sm", reason && "cursor-not-allowed text-ink-3")}
        >
          {label}
        </label>
        {note && (
          <span id={`${own}-note`} className="text-ink-3 text-sm">
            {note}
          </span>
        )}
      </div>
    </div>
  );
}
