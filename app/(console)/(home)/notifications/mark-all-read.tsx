"use client";

import { ActionForm, type FormAction } from "@/components/action-form";
import { SubmitButton } from "@/components/ui/submit-button";

export function MarkAllRead({ action }: { action: FormAction }) {
  return (
    <ActionForm action={action}>
      <SubmitButton variant="secondary" busyLabel="Marking">
        Mark all as read
      </SubmitButton>
    </ActionForm>
  );
}
