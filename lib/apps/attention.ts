import type { IntegrationStatus } from "@/db/schema";

export type AttentionFacts = {
  hasSource: boolean;
  repositoryName: string | null;
  isGone: boolean;
  account: string | null;
  status: IntegrationStatus | null;
  isAllowed: boolean;
  lost: { account: string; by: string | null; connectedAgain: string | null } | null;
};

/** What somebody has to do so that pushes deploy again; null when nothing is wrong. */
export function attentionSentence(facts: AttentionFacts): string | null {
  const { account, lost } = facts;
  if (!facts.hasSource) return "Choose a repository under Settings > Git: nothing deploys before.";
  if (lost) {
    const who = lost.by ?? "Somebody who has left";
    if (lost.connectedAgain)
      return `${who} removed ${lost.account}, which is connected again. Pushes deploy once the app is reconnected to it.`;
    return `${who} removed ${lost.account}. Pushes do not deploy until it is connected again, or another source is chosen under Settings > Git.`;
  }
  if (account === null) return "Choose the repository again under Settings > Git: pushes do not deploy.";
  if (facts.status === "needs_reauthorization") {
    return `${account} needs re-authorization. Pushes do not deploy until then.`;
  }
  if (!facts.isAllowed) {
    return `The allow-list of ${account} does not name ${facts.repositoryName}. Pushes do not deploy until an owner or admin adds it.`;
  }
  if (facts.status === "paused") return `${account} is paused. Pushes do not deploy until it is resumed.`;
  if (facts.isGone) {
    return `${facts.repositoryName} does not exist any more, or ${account} may not see it. Give it access, or choose another repository.`;
  }
  return null;
}

/** "Auto-deploys from main." and what it says when it does not. */
export function autoDeploySentence(p: { branch: string; autoDeploy: boolean; isConnected: boolean }): string {
  if (!p.isConnected) return "Disconnected: pushes do not deploy.";
  return p.autoDeploy
    ? `Auto-deploys from ${p.branch}.`
    : `Auto-deploy from ${p.branch} is off: deploy by hand.`;
}
