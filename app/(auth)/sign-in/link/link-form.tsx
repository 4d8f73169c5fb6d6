"use client";

import { ActionForm, type FormAction } from "@/components/action-form";
import { SubmitButton } from "@/components/ui/submit-button";

export function LinkForm({ action, token }: { action: FormAction; token: string }) {
  return (
    <ActionForm action={action} hidden={{ token }} className="mt-5 grid gap-4">
      <SubmitButton size="lg" className="w-full" busyLabel="Signing in">
        Sign in
      </SubmitButton>
    </ActionForm>
  );
}
