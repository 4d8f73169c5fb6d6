import type { IntegrationStatus, Verdict } from "@/db/schema";
import { isTagRef, refName, refOfBranch } from "@/lib/deployments";

/** What happened to a ref. A null commit: it was deleted. */
export type ObservedChange = { ref: string; commit: string | null };

/** What one app's settings say. `integration` is null once its integration was removed; it may be kept from this repository. */
export type AppRules = {
  branch: string;
  autoDeploy: boolean;
  integration: { status: IntegrationStatus; account: string; isAllowed: boolean } | null;
};

export type Decision = { verdict: Verdict; facts: Record<string, string> };

/**
 * What a push means for one app. Pure: decided by rows alone. The reason that a person would have to mend last comes first:
 * what concerns the push, then the app's own wish, then its access.
 */
export function decide(change: ObservedChange, rules: AppRules): Decision {
  const { branch, integration } = rules;
  if (isTagRef(change.ref)) return { verdict: "tag_ignored", facts: { tag: refName(change.ref) } };
  if (change.ref !== refOfBranch(branch)) {
    return { verdict: "branch_not_tracked", facts: { pushed: refName(change.ref), branch } };
  }
  if (change.commit === null) return { verdict: "branch_deleted", facts: { branch } };
  if (!rules.autoDeploy) return { verdict: "auto_deploy_off", facts: { branch } };
  if (!integration) return { verdict: "app_disconnected", facts: { branch } };
  const facts = { branch, account: integration.account };
  const verdict = ACCESS[integration.status];
  if (verdict !== "app_disconnected" && !integration.isAllowed) {
    return { verdict: "repository_not_allowed", facts };
  }
  return { verdict, facts };
}

const ACCESS: Record<IntegrationStatus, Verdict> = {
  active: "deploy",
  // Its provider was out of reach lately: the worker tries, and waits for it.
  degraded: "deploy",
  needs_reauthorization: "needs_reauthorization",
  paused: "integration_paused",
  disconnecting: "app_disconnected",
  removed: "app_disconnected",
};
