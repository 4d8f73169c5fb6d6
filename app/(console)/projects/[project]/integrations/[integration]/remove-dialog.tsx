"use client";

import { KeyRound, LoaderCircle, Unplug, Webhook } from "lucide-react";
import dynamic from "next/dynamic";
import { type ReactNode, useState } from "react";
import { Button } from "@/components/ui/button";
import type { ConfirmAction } from "@/components/ui/confirm-dialog";
import type { Told } from "./consequences";

const ConfirmDialog = dynamic(() => import("@/components/ui/confirm-dialog").then((it) => it.ConfirmDialog));

const ICONS: Record<Told["kind"], ReactNode> = {
  apps: <Unplug aria-hidden className="size-4" />,
  builds: <LoaderCircle aria-hidden className="size-4" />,
  hooks: <Webhook aria-hidden className="size-4" />,
  token: <KeyRound aria-hidden className="size-4" />,
};

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
          intro="Automation stops the moment you confirm. Connecting the same account again can restore these apps."
          consequences={consequences.map(({ kind, ...told }) => ({ ...told, icon: ICONS[kind] }))}
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
