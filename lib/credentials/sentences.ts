import type { IntegrationReason, IntegrationStatus } from "@/db";

type Facts = {
  status: IntegrationStatus;
  reason: IntegrationReason | null;
  provider: string;
  pausedBy?: string | null;
};

/** One sentence for each status and reason: what happened and what it means. The page adds since when. */
export function statusSentence({ status, reason, provider, pausedBy }: Facts): string {
  switch (status) {
    case "active":
      return "It works. There is nothing to do.";
    case "degraded":
      return degradedSentence(reason, provider);
    case "needs_reauthorization":
      return `${lostSentence(reason, provider)} Apps that use it stay live, but no push deploys until it is re-authorized.`;
    case "paused":
      return `${pausedBy ?? "Somebody"} paused it. Nothing is fetched and nothing is deployed with it until somebody resumes it.`;
    case "disconnecting":
      return `It no longer has any access here. Its webhooks and its token are being taken back at ${provider}.`;
    case "removed":
      return "It was removed.";
  }
}

function degradedSentence(reason: IntegrationReason | null, provider: string): string {
  switch (reason) {
    case "rate_limited":
      return `${provider} limits how often it may be asked. The console waits and tries again by itself.`;
    case "untrusted":
      return `The certificate of ${provider} is not valid now, or this console does not trust it. Whoever runs the host has to mend that; the console keeps trying by itself.`;
    case "blocked":
      return `${provider} is in a network that this console may not connect to. An instance admin can open a private network with EGRESS_ALLOW; the console keeps trying by itself.`;
    default:
      return `${provider} does not answer at the moment. The console keeps trying by itself.`;
  }
}

/** What it means for an integration that its provider instance is switched off. */
export const disabledSentence = (instance: string): string =>
  `An instance admin has disabled ${instance} on this console. Nothing is sent to it until it is enabled again.`;

/** Why the credential cannot be used any more; what that means for the apps is for whoever knows them. */
export function lostSentence(reason: IntegrationReason | null, provider: string): string {
  switch (reason) {
    case "expired":
      return `The access that ${provider} gave has ended.`;
    case "scopes_reduced":
      return `${provider} no longer grants everything that the console needs.`;
    case "suspended":
      return `${provider} has suspended this account.`;
    case "refresh_lost":
      return `An answer of ${provider} with a fresh token was lost on its way, so the old one is no longer accepted.`;
    case "key_unavailable":
      return "The sealed token cannot be opened with the keys that this console has.";
    case "instance_changed":
      return `An instance admin changed the address or the client of ${provider} on this console, which erased the sealed token.`;
    default:
      return `${provider} says this token was revoked.`;
  }
}
