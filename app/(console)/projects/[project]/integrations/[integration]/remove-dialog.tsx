"use client";

import { CircleMinus } from "lucide-react";
import dynamic from "next/dynamic";
import { useState } from "react";
import { Button } from "@/components/ui/button";
import type { ConfirmAction } from "@/components/ui/confirm-dialog";
import type { Told } from "./consequences";

const ConfirmDialog = dynamic(() => import("@/components/ui/confirm-dialog").then((it) => it.ConfirmDialog));

type Props = {
  action: ConfirmAction;
  fields: Record<string, string>;
  account: string;
  projectName: string;
  consequences: Told[];
  stays: string;
};

/** Asks for the name before an integration goes; the dialog is only fetched when somebody asks for it. */
export function RemoveDialog({ action, fields, account, projectName, consequences, stays }: Props) {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button variant="dangerEntry" onClick={() => setOpen(true)}>
        Remove…
      </Button>
      {isOpen && (
        <ConfirmDialog
          open={isOpen}
          onOpenChange={setOpen}
          title={`Remove ${account} from ${projectName}?`}
          intro="Automation stops the moment you confirm. Connect the account again later to choose its repositories again."
          consequences={consequences.map((each) => ({
            ...each,
            icon: <CircleMinus aria-hidden className="size-4" />,
          }))}
          stays={
            <>
              <strong>What is live stays live.</strong> {stays}
            </>
          }
          typedName={account}
          confirmLabel={`Remove ${account}`}
          busyLabel="Removing"
          fields={fields}
          action={action}
        />
      )}
    </>
  );
}
