"use client";

import { type ReactNode, useActionState } from "react";
import type { FormAction } from "@/components/action-form";
import { SubmitButton } from "@/components/ui/submit-button";

type Props = {
  action: FormAction;
  fields: Record<string, string>;
  busyLabel: string;
  /** With the instance's name, where the words alone do not tell which one. */
  label: string;
  children: ReactNode;
};

/** Does one thing to a provider instance; says beside the button why it could not. */
export function InstanceButton({ action, fields, busyLabel, label, children }: Props) {
  const [state, dispatch] = useActionState(action, undefined);
  return (
    <form action={dispatch} className="grid gap-1.5">
      {Object.entries(fields).map(([name, value]) => (
        <input key={name} type="hidden" name={name} value={value} />
      ))}
      <SubmitButton variant="secondary" size="sm" busyLabel={busyLabel} aria-label={label}>
        {children}
      </SubmitButton>
      {state && !state.ok && (
        <p role="alert" className="text-bad text-sm">
          {state.message}
        </p>
      )}
    </form>
  );
}
