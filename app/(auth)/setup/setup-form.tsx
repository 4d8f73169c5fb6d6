"use client";

import { ActionForm, type FormAction } from "@/components/action-form";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { PasswordInput } from "@/components/ui/password-input";
import { SubmitButton } from "@/components/ui/submit-button";

type Props = { action: FormAction; token: string; passwordRule: string };

export function SetupForm({ action, token, passwordRule }: Props) {
  return (
    <ActionForm action={action} hidden={{ token }} className="mt-6 grid gap-5">
      <Field label="Name" name="name">
        <Input autoComplete="name" scale="lg" autoFocus required />
      </Field>
      <Field label="Email" name="email" hint="What you sign in with.">
        <Input type="email" autoComplete="username" scale="lg" required />
      </Field>
      <Field label="Password" name="password" hint={passwordRule}>
        <PasswordInput autoComplete="new-password" scale="lg" required />
      </Field>
      <SubmitButton size="lg" className="w-full" busyLabel="Setting up">
        Set up the console
      </SubmitButton>
    </ActionForm>
  );
}
