import type { Verdict } from "@/db/schema";

type Facts = Record<string, string>;

const SENTENCES: Record<Verdict, (facts: Facts) => string> = {
  deploy: ({ branch }) => `Deploys: ${branch} is its production branch.`,
  already_deployed: ({ branch }) => `Skipped: this was the head of ${branch} already.`,
  duplicate_delivery: () => "Skipped: this push was heard of before.",
  branch_not_tracked: ({ pushed, branch }) => `Skipped: it deploys from ${branch}, not from ${pushed}.`,
  auto_deploy_off: ({ branch }) => `Skipped: auto-deploy from ${branch} is off under Settings > Git.`,
  paths_unchanged: () => "Skipped: nothing under its watch paths changed.",
  skip_word: ({ word }) => `Skipped: the message contains ${word ?? "a skip word"}.`,
  branch_deleted: ({ branch }) => `Skipped: ${branch} was deleted. What is live stays live.`,
  tag_ignored: ({ tag }) => `Skipped: ${tag} is a tag, and it deploys from a branch.`,
  superseded_before_start: ({ newer }) =>
    newer
      ? `Superseded: ${newer} was at the head of the branch before this one started.`
      : "Superseded: a newer push arrived before this one started.",
  older_than_live: () => "Skipped: something newer is live.",
  integration_paused: ({ account }) =>
    `Not deployed: ${account} was paused. Resume it, then deploy the latest.`,
  needs_reauthorization: ({ account }) =>
    `Not deployed: ${account} needed re-authorization. Re-authorize it, then deploy the latest.`,
  app_disconnected: () =>
    "Not deployed: its integration was removed. Connect the account again to restore the app.",
  repository_not_allowed: ({ account }) =>
    `Not deployed: the allow-list of ${account ?? "the integration"} does not name this repository.`,
  repository_gone: () =>
    "Not deployed: the repository does not exist any more, or the account may not see it.",
  frozen: ({ until }) => `Skipped: deployments were frozen${until ? ` until ${until}` : ""}.`,
  waiting_for_checks: () => "Waiting: the commit's checks have not finished.",
  checks_failed: () => "Not deployed: a check of the commit failed.",
  fork_not_allowed: () => "Skipped: pull requests from forks are not built.",
  event_ignored: () => "Skipped: this kind of event deploys nothing.",
  deciding: () => "Deciding: the head of the branch is being asked for.",
};

/** What was decided for one app, as a sentence. */
export const verdictSentence = (verdict: Verdict, facts: Facts): string => SENTENCES[verdict](facts);

const WAITED_FOR: Partial<Record<Verdict, (account: string) => string>> = {
  integration_paused: (account) => `${account} was paused when it came.`,
  repository_not_allowed: (account) => `${account} was not allowed to use this repository when it came.`,
  app_disconnected: () => "the app had lost its integration when it came.",
};

/** For a push that had to wait until its integration worked again. */
export function caughtUpSentence(verdict: Verdict, { account = "its integration" }: Facts): string {
  const why = WAITED_FOR[verdict]?.(account) ?? `${account} needed re-authorization first.`;
  return `Deployed late: ${why}`;
}
