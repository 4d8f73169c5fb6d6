import type { FailureCode, FailureFacts, Outcome } from "@/lib/deployments";

/** The deployment ends Failed; lib/deployments has the sentence for each reason. */
export class DeploymentFailure extends Error {
  override readonly name = "DeploymentFailure";
  constructor(readonly outcome: Extract<Outcome, { kind: "failed" }>) {
    super(outcome.reason);
  }
}

/** A failure to be thrown: what happened, and the facts that its sentence names. */
export function failure<Code extends FailureCode>(
  reason: Code,
  facts: FailureFacts[Code],
): DeploymentFailure {
  return new DeploymentFailure({ kind: "failed", reason, facts } as Extract<Outcome, { kind: "failed" }>);
}

const FULL = new Set(["ENOSPC", "EDQUOT", "EFBIG"]);

/** A full disk (a used-up quota and a file size limit included) as `no_space`; any other error as it is. */
export function explainDiskError(error: unknown): unknown {
  const isFull = error instanceof Error && "code" in error && FULL.has(String(error.code));
  return isFull ? failure("no_space", {}) : error;
}
