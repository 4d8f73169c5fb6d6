"use client";

import { CircleMinus, KeyRound } from "lucide-react";
import dynamic from "next/dynamic";
import { useState } from "react";
import { Button } from "@/components/ui/button";
import { forgetCleanups } from "../../actions";

const ConfirmDialog = dynamic(() => import("@/components/ui/confirm-dialog").then((it) => it.ConfirmDialog));

type Props = {
  fields: Record<string, string>;
  provider: string;
  /** Steps that are then not done. */
  left: string[];
  refusal: string | undefined;
};

/** Says what nobody does any more before the copies are erased. */
export function ForgetDialog({ fields, provider, left, refusal }: Props) {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button variant="dangerEntry" onClick={() => setOpen(true)} disabledReason={refusal}>
        Forget now…
      </Button>
      {isOpen && (
        <ConfirmDialog
          open={isOpen}
          onOpenChange={setOpen}
          title="Forget the copy of this token now?"
          intro="The console erases it at once and tries nothing more. This cannot be undone."
          consequences={[
            {
              icon: <KeyRound aria-hidden className="size-4" />,
              title: "Every sealed copy is erased",
              detail: "Nobody here, the console included, can use this token any more.",
            },
            ...left.map((name) => ({
              icon: <CircleMinus aria-hidden className="size-4" />,
              title: `Not done: ${name}`,
              detail: `It is then yours to do at ${provider}; the receipt says how.`,
            })),
          ]}
          confirmLabel="Forget now"
          busyLabel="Erasing"
          fields={fields}
          action={forgetCleanups}
        />
      )}
    </>
  );
}
