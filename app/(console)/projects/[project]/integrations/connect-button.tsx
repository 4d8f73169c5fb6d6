"use client";

import type { ReactNode } from "react";
import { ActionForm, type FormAction } from "@/components/action-form";
import { SubmitButton } from "@/components/ui/submit-button";

type Props = {
  action: FormAction;
  projectId: string;
  instanceId: string;
  /** Given for a re-authorization. */
  integrationId?: string | undefined;
  providerName: string;
  variant?: "primary" | "secondary";
  /** Why this person may not, or why nobody can. */
  refusal?: string | undefined;
  children: ReactNode;
};

/** Sends the browser to the provider, by POST. */
export function ConnectButton(props: Props) {
  const { action, projectId, instanceId, integrationId, providerName, refusal, children } = props;
  return (
    <ActionForm
      action={action}
      hidden={{ projectId, instanceId, ...(integrationId ? { integrationId } : {}) }}
      className="grid justify-items-start gap-3"
    >
      <SubmitButton
        variant={props.variant ?? "secondary"}
        busyLabel={`Opening ${providerName}`}
        disabledReason={refusal}
        className="w-full sm:w-auto"
      >
        {children}
      </SubmitButton>
    </ActionForm>
  );
}
