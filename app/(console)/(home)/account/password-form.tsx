"use client";

import { useState } from "react";
import { ActionForm, type FormAction } from "@/components/action-form";
import { Card, CardFooter } from "@/components/ui/card";
import { FormRow } from "@/components/ui/field";
import { PasswordInput } from "@/components/ui/password-input";
import { SubmitButton } from "@/components/ui/submit-button";
import { toast } from "@/components/ui/toast";

type Props = { action: FormAction; hasPassword: boolean; passwordRule: string };

export function PasswordForm({ action, hasPassword, passwordRule }: Props) {
  // A password is not left standing in its field once it has been taken.
  const [changes, setChanges] = useState(0);
  const done = () => {
    setChanges(changes + 1);
    toast({ tone: "ok", title: "The password is changed. Other browsers are signed out." });
  };
  return (
    <ActionForm key={changes} action={action} onDone={done} className="grid gap-3">
      <Card as="div">
        {hasPassword && (
          <FormRow label="Current password" name="currentPassword">
            <PasswordInput autoComplete="current-password" />
          </FormRow>
        )}
        <FormRow label="New password" name="newPassword" hint={passwordRule}>
          <PasswordInput autoComplete="new-password" />
        </FormRow>
        <CardFooter>
          <SubmitButton variant="secondary" busyLabel="Changing" className="ml-auto">
            {hasPassword ? "Change password" : "Set password"}
          </SubmitButton>
        </CardFooter>
      </Card>
    </ActionForm>
  );
}
