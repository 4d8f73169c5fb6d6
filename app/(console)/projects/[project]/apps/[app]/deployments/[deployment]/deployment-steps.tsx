import { type StepItem, type StepState, Steps } from "@/components/ui/steps";
import { Duration, Elapsed } from "@/components/ui/time";
import type { DeploymentView } from "@/lib/deployments";

type Step = DeploymentView["steps"][number];

const names = { queued: "Queued", checkout: "Checkout", build: "Build", publish: "Publish" } as const;

const states: Record<Step["state"], StepState> = {
  waiting: "waiting",
  running: "running",
  done: "done",
  failed: "failed",
  stopped: "cancelled",
  not_reached: "skipped",
};

/** How far a deployment is, each step with its time. */
export function DeploymentSteps({ deployment, now }: { deployment: DeploymentView; now: string }) {
  return <Steps items={deployment.steps.map((step) => toItem(step, deployment, now))} />;
}

function toItem(step: Step, deployment: DeploymentView, now: string): StepItem {
  const detail = detailOf(step, deployment);
  return {
    id: step.name,
    name: names[step.name],
    state: states[step.state],
    time: timeOf(step, now),
    ...(detail ? { detail } : {}),
  };
}

function timeOf(step: Step, now: string) {
  if (step.milliseconds !== null) return <Duration ms={step.milliseconds} />;
  if (step.state === "running" && step.startedAt) return <Elapsed since={step.startedAt} now={now} />;
  return undefined;
}

function detailOf(step: Step, deployment: DeploymentView): string | undefined {
  if (step.state === "not_reached") return "Not reached";
  if (step.name === "queued" && deployment.waitsFor) return deployment.waitsFor;
  if (step.name === "checkout") return `${deployment.repositoryName}, ${deployment.commit.short}`;
  if (step.name === "publish" && step.state === "waiting" && deployment.live && !deployment.isLive) {
    return `Then replaces ${deployment.live.short} at once`;
  }
  return undefined;
}
