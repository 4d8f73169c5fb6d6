"use client";

import { UserPlus } from "lucide-react";
import { useId, useState } from "react";
import { ActionForm, type FormAction } from "@/components/action-form";
import { Button } from "@/components/ui/button";
import { Dialog, DialogClose } from "@/components/ui/dialog";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { SubmitButton } from "@/components/ui/submit-button";
import type { ShownLink } from "./actions";
import { LinkPanel, linkOf } from "./link-panel";
import { RoleField } from "./role-field";

type Props = {
  action: FormAction;
  projectId: string;
  projectName: string;
  mayOwn: boolean;
  refusal: string | undefined;
};

/** Asks for address and role, then shows the link. */
export function InviteDialog({ action, projectId, projectName, mayOwn, refusal }: Props) {
  const [isOpen, setOpen] = useState(false);
  const [link, setLink] = useState<ShownLink | null>(null);
  const [isBusy, setBusy] = useState(false);
  const form = useId();
  const change = (next: boolean) => {
    setOpen(next);
    if (next) setLink(null);
  };
  if (refusal !== undefined) {
    return (
      <Button variant="primary" disabledReason={refusal}>
        <UserPlus aria-hidden />
        Invite…
      </Button>
    );
  }
  return (
    <Dialog
      open={isOpen}
      onOpenChange={change}
      locked={isBusy}
      trigger={
        <Button variant="primary">
          <UserPlus aria-hidden />
          Invite…
        </Button>
      }
      title={link ? `${link.email} is invited` : `Invite somebody to ${projectName}`}
      description={
        link ? undefined : "They get a link that makes them a member, with an account of their own."
      }
      footer={
        link ? (
          <DialogClose asChild>
            <Button data-cancel variant="primary">
              Done
            </Button>
          </DialogClose>
        ) : (
          <>
            <DialogClose asChild>
              <Button data-cancel>Cancel</Button>
            </DialogClose>
            <SubmitButton form={form} busy={isBusy} busyLabel="Making">
              Make the link
            </SubmitButton>
          </>
        )
      }
    >
      {link ? (
        <LinkPanel {...link} />
      ) : (
        <ActionForm
          id={form}
          action={action}
          hidden={{ projectId }}
          onBusy={setBusy}
          onDone={(state) => setLink(linkOf(state))}
          className="mt-5 grid gap-5"
        >
          <Field label="Email" name="email" hint="The invitation is good for this address alone.">
            <Input type="email" autoComplete="off" maxLength={254} />
          </Field>
          <RoleField mayOwn={mayOwn} />
        </ActionForm>
      )}
    </Dialog>
  );
}
