"use client";

import { createContext, useContext, useEffect } from "react";

/** What the fields of a form share with it. */
export type FormContextValue = {
  /** The error of each field by its name, as the last save returned them. */
  errors: Readonly<Record<string, string>>;
  /** What went wrong with the whole form, in one sentence. */
  message: string | undefined;
  /** Labels of the fields that differ from what is saved. */
  changed: readonly string[];
  pending: boolean;
  /** Fields tell their label, so that the save bar can name what changed. */
  register: (name: string, label: string) => () => void;
  /** Controls without a native input event say that their value moved. */
  touch: () => void;
  discard: () => void;
};

export const FormContext = createContext<FormContextValue | null>(null);

export function useFormContext(): FormContextValue | null {
  return useContext(FormContext);
}

/** Tells the form that `value` of a control without native events is another one now. */
export function useTouch(value: unknown): void {
  const touch = useContext(FormContext)?.touch;
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new value is the event.
  useEffect(() => touch?.(), [touch, value]);
}

/** What a field tells the control inside it. */
export type FieldContextValue = {
  id: string;
  name: string | undefined;
  describedBy: string | undefined;
  invalid: boolean;
  required: boolean;
};

export const FieldContext = createContext<FieldContextValue | null>(null);

type ControlProps = {
  id?: string | undefined;
  name?: string | undefined;
  "aria-describedby"?: string | undefined;
  "aria-invalid"?: boolean | "true" | "false" | "grammar" | "spelling" | undefined;
};

/** The id, name and ARIA wiring of a control: its own props first, then those of the field around it. */
export function useControl(props: ControlProps) {
  const field = useContext(FieldContext);
  const invalid = props["aria-invalid"] ?? (field?.invalid || undefined);
  const describedBy = [props["aria-describedby"], field?.describedBy].filter(Boolean).join(" ");
  return {
    id: props.id ?? (field?.id || undefined),
    name: props.name ?? field?.name,
    "aria-describedby": describedBy || undefined,
    "aria-invalid": invalid,
    "aria-required": field?.required || undefined,
  };
}
