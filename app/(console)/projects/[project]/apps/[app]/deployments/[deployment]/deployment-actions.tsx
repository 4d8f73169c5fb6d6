"use client";

import { RotateCcw, X } from "lucide-react";
import { useActionState, useEffect } from "react";
import { cancelDeployment, rollBackDeployment } from "@/app/(console)/projects/[project]/apps/actions";
import { Button } from "@/components/ui/button";
import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import { SubmitButton } from "@/components/ui/submit-button";
import { toast } from "@/components/ui/toast";
import { DeployButton } from "../../deploy-button";

type Props = {
  projectId: string;
  appId: string;
  appName: string;
  deploymentId: string;
  number: number;
  live: { number: number; short: string } | null;
  canCancel: boolean;
  isStopping: boolean;
  canRollBack: boolean;
  disabledReason: string | undefined;
};

/** What can be done with this deployment now: stop it, put it back, or deploy again. */
export function DeploymentActions(props: Props) {
  if (props.canCancel || props.isStopping) return <Cancel {...props} />;
  if (props.canRollBack) return <RollBack {...props} />;
  return (
    <DeployButton
      projectId={props.projectId}
      appId={props.appId}
      label="Redeploy"
      deploymentId={props.deploymentId}
      disabledReason={props.disabledReason}
    />
  );
}

function Cancel({ projectId, deploymentId, isStopping, disabledReason }: Props) {
  const [state, dispatch, pending] = useActionState(cancelDeployment, undefined);
  useEffect(() => {
    if (state && !state.ok) toast({ tone: "bad", title: "Not cancelled", detail: state.message });
  }, [state]);
  return (
    <form action={dispatch}>
      <input type="hidden" name="projectId" value={projectId} />
      <input type="hidden" name="deploymentId" value={deploymentId} />
      <SubmitButton
        variant="secondary"
        className="w-full"
        busy={pending || isStopping}
        busyLabel="Cancelling"
        disabledReason={disabledReason}
      >
        <X aria-hidden />
        Cancel
      </SubmitButton>
    </form>
  );
}

function RollBack({ projectId, deploymentId, number, appName, live, disabledReason }: Props) {
  const trigger = (
    <Button disabledReason={disabledReason}>
      <RotateCcw aria-hidden />
      Roll back to this
    </Button>
  );
  if (disabledReason) return trigger;
  return (
    <ConfirmDialog
      trigger={trigger}
      tone="primary"
      title={`Roll ${appName} back to deployment ${number}?`}
      intro={
        live
          ? `It replaces deployment ${live.number} (${live.short}) at once, without building again.`
          : "It goes live at once, without building again."
      }
      stays="The next push to the tracked branch deploys as usual."
      confirmLabel={`Roll back to ${number}`}
      busyLabel="Rolling back"
      fields={{ projectId, deploymentId }}
      action={rollBackDeployment}
    />
  );
}
