"use client";

import { useState } from "react";
import { ActionForm, type FormAction } from "@/components/action-form";
import { Button } from "@/components/ui/button";
import { Dialog, DialogClose } from "@/components/ui/dialog";
import { SubmitButton } from "@/components/ui/submit-button";
import type { InvitationView } from "@/lib/members";
import type { ShownLink } from "./actions";
import { LinkPanel, linkOf } from "./link-panel";

export type LinkActions = { resend: FormAction; revoke: FormAction };

type Props = LinkActions & {
  invitation: InvitationView;
  project: { id: string; name: string };
  refusal: string | undefined;
};

/** A new link, or none any more. */
export function InvitationActions({ invitation, project, refusal, resend, revoke }: Props) {
  const [link, setLink] = useState<ShownLink | null>(null);
  const hidden = { projectId: project.id, invitationId: invitation.id };
  return (
    <div className="flex flex-wrap justify-end gap-2">
      <ActionForm action={resend} hidden={hidden} onDone={(state) => setLink(linkOf(state))}>
        <SubmitButton
          variant="secondary"
          size="sm"
          busyLabel="Making"
          disabledReason={refusal}
          aria-label={`New link for ${invitation.email}`}
        >
          New link
        </SubmitButton>
      </ActionForm>
      <ActionForm action={revoke} hidden={hidden}>
        <SubmitButton
          variant="dangerEntry"
          size="sm"
          busyLabel="Revoking"
          disabledReason={refusal}
          aria-label={`Revoke the invitation of ${invitation.email}`}
        >
          Revoke
        </SubmitButton>
      </ActionForm>
      {link && (
        <Dialog
          open
          onOpenChange={(isOpen) => !isOpen && setLink(null)}
          title={`A new link for ${link.email}`}
          description="The link before this one has ended."
          footer={
            <DialogClose asChild>
              <Button data-cancel variant="primary">
                Done
              </Button>
            </DialogClose>
          }
        >
          <LinkPanel {...link} />
        </Dialog>
      )}
    </div>
  );
}
