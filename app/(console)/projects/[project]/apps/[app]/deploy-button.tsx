"use client";

import { RotateCw } from "lucide-react";
import { useRouter } from "next/navigation";
import { useActionState, useEffect } from "react";
import { SubmitButton } from "@/components/ui/submit-button";
import { toast } from "@/components/ui/toast";
import { deployApp, redeploy } from "../actions";

type Props = {
  projectId: string;
  appId: string;
  label: string;
  /** The deployment whose commit is deployed again; without it the head of the branch is. */
  deploymentId?: string | undefined;
  disabledReason?: string | undefined;
};

/** Makes a deployment and opens it. */
export function DeployButton({ projectId, appId, label, deploymentId, disabledReason }: Props) {
  const router = useRouter();
  const [state, dispatch, pending] = useActionState(deploymentId ? redeploy : deployApp, undefined);

  useEffect(() => {
    if (!state) return;
    if (state.ok) router.push(`/projects/${projectId}/apps/${appId}/deployments/${state.value.id}`);
    else toast({ tone: "bad", title: "Nothing was deployed", detail: state.message });
  }, [state, router, projectId, appId]);

  return (
    <form action={dispatch}>
      <input type="hidden" name="projectId" value={projectId} />
      {deploymentId ? (
        <input type="hidden" name="deploymentId" value={deploymentId} />
      ) : (
        <input type="hidden" name="appId" value={appId} />
      )}
      <SubmitButton
        variant="secondary"
        className="w-full"
        busy={pending}
        busyLabel="Deploying"
        disabledReason={disabledReason}
      >
        <RotateCw aria-hidden />
        {label}
      </SubmitButton>
    </form>
  );
}
