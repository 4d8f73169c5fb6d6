import { CredentialUnavailable } from "@/lib/credentials";
import type { ClaimedDeployment, Outcome } from "@/lib/deployments";
import { EgressError } from "@/lib/egress";
import { reportUnexpected } from "@/lib/log";
import { ProviderRejected, ProviderUnauthorized, ProviderUnavailable, RepositoryGone } from "@/lib/providers";
import { DeploymentFailure, explainDiskError, failure } from "@/worker/failure";
import { RepositoryMoved } from "@/worker/fetch";

/** The head had moved before this deployment was checked out, and something newer takes its place. */
export class Superseded extends Error {
  override readonly name = "Superseded";
  constructor(readonly by: string | null) {
    super("superseded");
  }
}

/** What an error means for the deployment. Whatever nobody expected is logged and told by an id. */
export function outcomeOf(thrown: unknown, job: ClaimedDeployment): Outcome {
  const error = explainDiskError(thrown);
  const repository = job.repositoryName;
  if (error instanceof DeploymentFailure) return error.outcome;
  if (error instanceof Superseded) return { kind: "superseded", by: error.by };
  if (error instanceof CredentialUnavailable) {
    return { kind: "failed", reason: error.code, facts: { sentence: error.message } };
  }
  if (error instanceof ProviderUnavailable) return { kind: "unavailable", retryAt: error.retryAt };
  if (error instanceof EgressError || error instanceof ProviderUnauthorized) {
    return { kind: "unavailable", retryAt: null };
  }
  if (error instanceof RepositoryGone || error instanceof RepositoryMoved)
    return failure("repository_gone", { repository }).outcome;
  if (error instanceof ProviderRejected) return failure("repository_refused", { repository }).outcome;
  return { kind: "failed", reason: "internal", facts: { errorId: reportUnexpected(error, "worker") } };
}
