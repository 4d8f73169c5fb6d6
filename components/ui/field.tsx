"use client";

import { type ReactNode, useEffect, useId, useMemo } from "react";
import { cn } from "./cn";
import { FieldContext, useFormContext } from "./form-context";
import { Glyph } from "./status-glyph";

export type FieldProps = {
  label: ReactNode;
  /** The form field's name: its error is taken from the form, and the control inside inherits it. */
  name?: string | undefined;
  hint?: ReactNode;
  /** One sentence that says how to mend it. */
  error?: string | undefined;
  required?: boolean | undefined;
  /** The row holds several controls (switches, choices): the label names the group. */
  group?: boolean | undefined;
  className?: string | undefined;
  children: ReactNode;
};

function useField({ label, name, hint, error, required = false }: FieldProps) {
  const id = useId();
  const form = useFormContext();
  const register = form?.register;
  const text = typeof label === "string" ? label : name;
  useEffect(() => (name && text ? register?.(name, text) : undefined), [register, name, text]);
  const problem = error ?? (name ? form?.errors[name] : undefined);
  const hintId = `${id}-hint`;
  const errorId = `${id}-error`;
  const describedBy = [hint ? hintId : "", problem ? errorId : ""].filter(Boolean).join(" ") || undefined;
  const invalid = problem !== undefined;
  const context = useMemo(
    () => ({ id, name, describedBy, invalid, required }),
    [id, name, describedBy, invalid, required],
  );
  return { id, hintId, errorId, problem, context };
}

/** Label above, control, hint or error below; the control inside gets its id and ARIA wiring from here. */
export function Field(props: FieldProps) {
  const { id, hintId, errorId, problem, context } = useField(props);
  return (
    <FieldContext value={context}>
      <div className={cn("grid gap-1.5", props.className)}>
        <label htmlFor={id} className="font-medium text-sm">
          {props.label}
        </label>
        {props.children}
        {props.hint && (
          <p id={hintId} className="text-ink-3 text-sm">
            {props.hint}
          </p>
        )}
        <FieldError id={errorId}>{problem}</FieldError>
      </div>
    </FieldContext>
  );
}

/** One row of a settings form: label and hint in a column of 184 px, controls beside it, hairlines between rows. */
export function FormRow(props: FieldProps) {
  const { id, hintId, errorId, problem, context } = useField(props);
  const { group = false } = props;
  return (
    <FieldContext value={group ? { ...context, id: "", name: undefined } : context}>
      <div
        {...(group
          ? { role: "group", "aria-labelledby": `${id}-label`, "aria-describedby": context.describedBy }
          : {})}
        className={cn(
          "grid gap-x-6 gap-y-2 border-line border-t px-5 py-4 first:border-t-0 sm:grid-cols-[184px_minmax(0,1fr)]",
          props.className,
        )}
      >
        <div className="grid content-start gap-1">
          {group ? (
            <span id={`${id}-label`} className="font-medium text-sm">
              {props.label}
            </span>
          ) : (
            <label htmlFor={id} className="font-medium text-sm">
              {props.label}
            </label>
          )}
          {props.hint && (
            <p id={hintId} className="text-ink-3 text-xs">
              {props.hint}
            </p>
          )}
        </div>
        <div className="grid min-w-0 content-start gap-2">
          {props.children}
          <FieldError id={errorId}>{problem}</FieldError>
        </div>
      </div>
    </FieldContext>
  );
}

/** An octagon and the sentence that says how to mend it. */
export function FieldError({ id, children }: { id?: string | undefined; children?: ReactNode }) {
  if (!children) return null;
  return (
    <p id={id} className="flex items-start gap-1.5 text-bad text-sm">
      <Glyph shape="failed" className="mt-[3px] text-bad-solid" />
      <span>{children}</span>
    </p>
  );
}
