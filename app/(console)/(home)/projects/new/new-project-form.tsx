"use client";

import Link from "next/link";
import { ActionForm, type FormAction } from "@/components/action-form";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { SubmitButton } from "@/components/ui/submit-button";

export function NewProjectForm({ action }: { action: FormAction }) {
  return (
    <Card as="div" className="p-5">
      <ActionForm action={action} className="grid gap-5">
        <Field label="Name" name="name" hint="It can be changed later; addresses do not depend on it.">
          <Input maxLength={60} autoComplete="off" autoFocus required placeholder="lighthouse" />
        </Field>
        <div className="flex justify-end gap-2">
          <Button asChild variant="ghost">
            <Link href="/">Cancel</Link>
          </Button>
          <SubmitButton busyLabel="Creating">Create project</SubmitButton>
        </div>
      </ActionForm>
    </Card>
  );
}
