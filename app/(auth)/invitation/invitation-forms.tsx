"use client";

import { ActionForm, type FormAction } from "@/components/action-form";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { PasswordInput } from "@/components/ui/password-input";
import { SubmitButton } from "@/components/ui/submit-button";

type JoinProps = { action: FormAction; token: string; email: string; passwordRule: string };

/** An account for the address that is invited, and no other. */
export function JoinForm({ action, token, email, passwordRule }: JoinProps) {
  return (
    <ActionForm action={action} hidden={{ token }} className="mt-6 grid gap-5">
      <Field label="Email" hint="What you sign in with.">
        <Input type="email" value={email} autoComplete="username" scale="lg" readOnly />
      </Field>
      <Field label="Name" name="name">
        <Input autoComplete="name" scale="lg" required />
      </Field>
      <Field label="Password" name="password" hint={passwordRule}>
        <PasswordInput autoComplete="new-password" scale="lg" required />
      </Field>
      <SubmitButton size="lg" className="w-full" busyLabel="Joining">
        Create the account and join
      </SubmitButton>
    </ActionForm>
  );
}

export function AcceptForm({ action, token }: { action: FormAction; token: string }) {
  return (
    <ActionForm action={action} hidden={{ token }} className="mt-5 grid gap-4">
      <SubmitButton size="lg" className="w-full" busyLabel="Joining">
        Accept
      </SubmitButton>
    </ActionForm>
  );
}

export function SwitchForm({ action }: { action: () => Promise<void> }) {
  return (
    <form action={action} className="mt-4">
      <SubmitButton size="lg" className="w-full" busyLabel="Signing out">
        Sign out and use another account
      </SubmitButton>
    </form>
  );
}
