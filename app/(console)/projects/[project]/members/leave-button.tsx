"use client";

import dynamic from "next/dynamic";
import { useState } from "react";
import { Button } from "@/components/ui/button";
import type { ConfirmAction } from "@/components/ui/confirm-dialog";

const ConfirmDialog = dynamic(() => import("@/components/ui/confirm-dialog").then((it) => it.ConfirmDialog));

type Props = { action: ConfirmAction; project: { id: string; name: string }; refusal: string | undefined };

export function LeaveButton({ action, project, refusal }: Props) {
  const [isOpen, setOpen] = useState(false);
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
      <Button variant="dangerEntry" disabledReason={refusal} onClick={() => setOpen(true)}>
        Leave {project.name}…
      </Button>
      {refusal && <span className="text-ink-3 text-sm">You are the last owner. {refusal}</span>}
      {isOpen && (
        <ConfirmDialog
          open={isOpen}
          onOpenChange={setOpen}
          title={`Leave ${project.name}?`}
          intro="You lose access at once, and need a new invitation to come back."
          stays="What you connected and deployed stays with the project."
          confirmLabel={`Leave ${project.name}`}
          busyLabel="Leaving"
          fields={{ projectId: project.id }}
          action={action}
        />
      )}
    </div>
  );
}
