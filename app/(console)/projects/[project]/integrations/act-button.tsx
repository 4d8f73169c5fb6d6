"use client";

import { type ReactNode, useActionState, useEffect } from "react";
import type { FormState } from "@/components/ui/form";
import { SubmitButton } from "@/components/ui/submit-button";
import { toast } from "@/components/ui/toast";

type Props = {
  action: (state: FormState, data: FormData) => Promise<FormState>;
  /** The ids that say what it is about. */
  fields: Record<string, string>;
  busyLabel: string;
  /** What a failure is called, above its sentence. */
  failure: string;
  variant?: "primary" | "secondary";
  size?: "md" | "sm";
  refusal?: string | undefined;
  "aria-label"?: string;
  children: ReactNode;
};

/** Does one thing at once; what it changed, the page shows. */
export function ActButton({ action, fields, failure, variant = "secondary", refusal, ...rest }: Props) {
  const [state, dispatch, pending] = useActionState(action, undefined);
  useEffect(() => {
    if (state && !state.ok)
      toast({ tone: "bad", title: failure, ...(state.message ? { detail: state.message } : {}) });
  }, [state, failure]);
  return (
    <form action={dispatch}>
      {Object.entries(fields).map(([name, value]) => (
        <input key={name} type="hidden" name={name} value={value} />
      ))}
      <SubmitButton
        variant={variant}
        busy={pending}
        disabledReason={refusal}
        className="w-full sm:w-auto"
        {...rest}
      />
    </form>
  );
}
