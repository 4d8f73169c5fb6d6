import { DEPLOYMENT_STEPS, type DeploymentStatus, type DeploymentStep } from "@/db/schema";
import { hasEnded } from "@/lib/deployments/status";
import type { StepState, StepView } from "@/lib/deployments/views";

export type StepFacts = {
  status: DeploymentStatus;
  step: DeploymentStep | null;
  createdAt: Date;
  startedAt: Date | null;
  checkedOutAt: Date | null;
  builtAt: Date | null;
  finishedAt: Date | null;
};

/** Queued, checkout, build, publish, each with how far it came and how long it took. */
export function stepsOf(facts: StepFacts): StepView[] {
  const { createdAt, startedAt, checkedOutAt, builtAt, finishedAt } = facts;
  const isWaiting = facts.status === "queued";
  const begins = isWaiting ? [null, null, null] : [startedAt, checkedOutAt, builtAt];
  const ends = [...begins.slice(1), finishedAt];
  const queued = toStep(
    "queued",
    queuedState(facts),
    createdAt,
    isWaiting ? null : (startedAt ?? finishedAt),
  );
  const rest = DEPLOYMENT_STEPS.map((name, index) => {
    const state = stateOf(facts, index);
    const begin = state === "waiting" || state === "not_reached" ? null : (begins[index] ?? null);
    return toStep(name, state, begin, ends[index] ?? finishedAt);
  });
  return [queued, ...rest];
}

function queuedState({ status, startedAt }: StepFacts): StepState {
  if (status === "queued") return "running";
  if (startedAt !== null || status === "ready") return "done";
  return status === "failed" ? "failed" : "stopped";
}

function stateOf({ status, step, startedAt }: StepFacts, index: number): StepState {
  const reached =
    status === "queued" || startedAt === null || step === null ? -1 : DEPLOYMENT_STEPS.indexOf(step);
  if (index > reached) return hasEnded(status) ? "not_reached" : "waiting";
  if (status === "ready" || index < reached) return "done";
  if (status === "failed") return "failed";
  return status === "cancelled" ? "stopped" : "running";
}

const toStep = (
  name: StepView["name"],
  state: StepState,
  begin: Date | null,
  end: Date | null,
): StepView => ({
  name,
  state,
  startedAt: begin?.toISOString() ?? null,
  milliseconds:
    begin === null || end === null || state === "running"
      ? null
      : Math.max(0, end.getTime() - begin.getTime()),
});
