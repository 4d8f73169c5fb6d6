"use client";

import { useActionState } from "react";
import { Form, FormMessage } from "@/components/ui/form";
import { SubmitButton } from "@/components/ui/submit-button";
import { confirmAuthorization, discardAuthorization } from "../../actions";

type Props = {
  projectId: string;
  grantId: string;
  /** The account whose place is taken, as the page names it. */
  replaces: string | undefined;
  label: string;
};

/** The two answers. Whichever is given first counts; the other then finds nothing that waits. */
export function ConfirmForm({ projectId, grantId, replaces, label }: Props) {
  const [confirmed, confirm, isConfirming] = useActionState(confirmAuthorization, undefined);
  const [discarded, discard, isDiscarding] = useActionState(discardAuthorization, undefined);
  const isBusy = isConfirming || isDiscarding;
  return (
    <div className="grid gap-3">
      <FormMessage>{messageOf(confirmed) ?? messageOf(discarded)}</FormMessage>
      <div className="flex flex-wrap gap-2 *:w-full sm:*:w-auto">
        <Form action={confirm} pending={isBusy}>
          <input type="hidden" name="projectId" value={projectId} />
          <input type="hidden" name="grantId" value={grantId} />
          {replaces && <input type="hidden" name="replaces" value={replaces} />}
          <SubmitButton busy={isConfirming} busyLabel="Putting it in place" className="w-full">
            {label}
          </SubmitButton>
        </Form>
        <Form action={discard} pending={isBusy}>
          <input type="hidden" name="projectId" value={projectId} />
          <input type="hidden" name="grantId" value={grantId} />
          <SubmitButton variant="secondary" busy={isDiscarding} busyLabel="Discarding" className="w-full">
            Discard
          </SubmitButton>
        </Form>
      </div>
      <p className="text-ink-3 text-sm">
        Discard revokes the new token and leaves everything as it is. So does leaving this page: after ten
        minutes.
      </p>
    </div>
  );
}

const messageOf = (result: { ok: boolean; message?: string } | undefined): string | undefined =>
  result && !result.ok ? result.message : undefined;
