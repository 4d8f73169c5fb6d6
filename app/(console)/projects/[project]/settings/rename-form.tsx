"use client";

import { ActionForm, type FormAction } from "@/components/action-form";
import { Card } from "@/components/ui/card";
import { FormRow } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { SaveBar } from "@/components/ui/save-bar";

type Props = { action: FormAction; projectId: string; name: string; refusal: string | undefined };

export function RenameForm({ action, projectId, name, refusal }: Props) {
  return (
    <ActionForm action={action} hidden={{ projectId }} hasSaveBar>
      <Card as="div">
        <FormRow
          label="Name"
          name="name"
          hint={refusal ?? "Addresses carry the project's id and stay as they are."}
        >
          <Input defaultValue={name} maxLength={60} autoComplete="off" readOnly={refusal !== undefined} />
        </FormRow>
      </Card>
      <SaveBar effect="The new name shows everywhere at once." disabledReason={refusal} />
    </ActionForm>
  );
}
