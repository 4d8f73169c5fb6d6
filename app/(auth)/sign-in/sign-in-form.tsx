"use client";

import { ActionForm, type FormAction } from "@/components/action-form";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { PasswordInput } from "@/components/ui/password-input";
import { SubmitButton } from "@/components/ui/submit-button";

export function SignInForm({ action, next }: { action: FormAction; next: string }) {
  return (
    <ActionForm action={action} hidden={{ next }} className="mt-6 grid gap-5">
      <Field label="Email" name="email">
        <Input type="email" autoComplete="username" scale="lg" autoFocus required />
      </Field>
      <Field label="Password" name="password">
        <PasswordInput autoComplete="current-password" scale="lg" required />
      </Field>
      <SubmitButton size="lg" className="w-full" busyLabel="Signing in">
        Sign in
      </SubmitButton>
    </ActionForm>
  );
}
