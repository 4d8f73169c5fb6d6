"use client";

import { ActionForm, type FormAction } from "@/components/action-form";
import { SubmitButton } from "@/components/ui/submit-button";

type Props = { action: FormAction; fields: Record<string, string>; refusal: string | undefined };

/** A person removed by hand what the console could not. */
export function SettleButton({ action, fields, refusal }: Props) {
  return (
    <ActionForm action={action} hidden={fields} className="grid gap-2">
      <SubmitButton variant="secondary" busyLabel="Noting" disabledReason={refusal}>
        It is removed there
      </SubmitButton>
    </ActionForm>
  );
}
