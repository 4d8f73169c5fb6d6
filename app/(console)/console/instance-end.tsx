"use client";

import { CircleSlash, Trash2 } from "lucide-react";
import dynamic from "next/dynamic";
import { useState } from "react";
import type { FormAction } from "@/components/action-form";
import { Button } from "@/components/ui/button";
import { CardFooter } from "@/components/ui/card";
import type { InstanceView } from "@/lib/instances";

const ConfirmDialog = dynamic(() => import("@/components/ui/confirm-dialog").then((it) => it.ConfirmDialog));

type Props = { instance: InstanceView; setEnabled: FormAction; remove: FormAction };

/** How many use an instance, and what ends it: for a while, or for good. */
export function InstanceEnd({ instance, setEnabled, remove }: Props) {
  const [asked, setAsked] = useState<"disable" | "delete" | null>(null);
  const { id, name, integrations, disabledAt, managedBy } = instance;
  const close = () => setAsked(null);
  return (
    <CardFooter>
      <p>{useOf(instance)}</p>
      <div className="flex gap-2">
        {disabledAt === null && (
          <Button
            size="sm"
            variant="dangerEntry"
            aria-label={`Disable ${name}`}
            onClick={() => setAsked("disable")}
          >
            Disable…
          </Button>
        )}
        {integrations === 0 && managedBy === "admin" && (
          <Button
            size="sm"
            variant="dangerEntry"
            aria-label={`Delete ${name}`}
            onClick={() => setAsked("delete")}
          >
            Delete…
          </Button>
        )}
      </div>
      {asked === "disable" && (
        <ConfirmDialog
          open
          onOpenChange={close}
          title={`Disable ${name}?`}
          intro="Nothing is sent to it until it is enabled again. Tokens and settings are kept."
          consequences={[
            {
              icon: <CircleSlash aria-hidden className="size-4" />,
              title: integrations === 1 ? "1 integration stops" : `${integrations} integrations stop`,
              detail: `No push deploys through ${integrations === 1 ? "it" : "them"}, no repository is read, and nobody can authorize there.`,
            },
          ]}
          stays={<strong>What is live stays live.</strong>}
          confirmLabel={`Disable ${name}`}
          busyLabel="Disabling"
          fields={{ id, isEnabled: "false" }}
          action={setEnabled}
        />
      )}
      {asked === "delete" && (
        <ConfirmDialog
          open
          onOpenChange={close}
          title={`Delete ${name}?`}
          intro="Its client secret is erased. What was removed from it stays in the projects' activity."
          consequences={[
            {
              icon: <Trash2 aria-hidden className="size-4" />,
              title: "Its callback address ends",
              detail: "Added again, it gets another one, which has to be registered at the host.",
            },
          ]}
          confirmLabel={`Delete ${name}`}
          busyLabel="Deleting"
          fields={{ id }}
          action={remove}
        />
      )}
    </CardFooter>
  );
}

function useOf({ integrations, managedBy }: InstanceView): string {
  if (integrations === 0) return "No integration uses it.";
  if (managedBy === "environment")
    return integrations === 1 ? "1 integration uses it." : `${integrations} integrations use it.`;
  return integrations === 1
    ? "1 integration uses it. It can be deleted once that one is removed."
    : `${integrations} integrations use it. It can be deleted once they are removed.`;
}
