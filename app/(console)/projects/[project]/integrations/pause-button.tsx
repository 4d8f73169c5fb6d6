import { Pause, Play } from "lucide-react";
import type { IntegrationView } from "@/lib/integrations";
import { ActButton } from "./act-button";
import { pauseIntegration, resumeIntegration } from "./actions";

type Props = {
  projectId: string;
  integration: Pick<IntegrationView, "id" | "account" | "status">;
  refusal: string | undefined;
  size?: "md" | "sm";
  variant?: "primary" | "secondary";
};

/** Pause while it works, Resume while it is paused; nothing while it needs something else. */
export function PauseButton({ projectId, integration, ...rest }: Props) {
  const { id, account, status } = integration;
  const fields = { projectId, integrationId: id };
  if (status === "paused") {
    return (
      <ActButton
        action={resumeIntegration}
        fields={fields}
        busyLabel="Resuming"
        failure="Not resumed"
        aria-label={`Resume ${account}`}
        {...rest}
      >
        <Play aria-hidden />
        Resume
      </ActButton>
    );
  }
  if (status === "needs_reauthorization") return null;
  return (
    <ActButton
      action={pauseIntegration}
      fields={fields}
      busyLabel="Pausing"
      failure="Not paused"
      aria-label={`Pause ${account}`}
      {...rest}
    >
      <Pause aria-hidden />
      Pause
    </ActButton>
  );
}
