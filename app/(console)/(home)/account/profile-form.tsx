"use client";

import { ActionForm, type FormAction } from "@/components/action-form";
import { Card } from "@/components/ui/card";
import { FormRow } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { SaveBar } from "@/components/ui/save-bar";

export function ProfileForm({ action, name, email }: { action: FormAction; name: string; email: string }) {
  return (
    <ActionForm action={action} hasSaveBar>
      <Card as="div">
        <FormRow label="Name" name="name" hint="Others see it beside what you do.">
          <Input defaultValue={name} autoComplete="name" maxLength={80} />
        </FormRow>
        <FormRow label="Email" name="email" hint="What you sign in with.">
          <Input type="email" defaultValue={email} autoComplete="email" maxLength={254} />
        </FormRow>
      </Card>
      <SaveBar effect="What you did before keeps the name that you had then." />
    </ActionForm>
  );
}
