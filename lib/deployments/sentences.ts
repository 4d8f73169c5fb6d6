import { formatBytes, formatDuration, shortCommit } from "@/lib/deployments/words";

/** A sentence that lib/credentials made: it knows the account's and the people's names. */
type Told = { sentence: string };

/** What each way to fail has to know to say what happened and what to do. */
export type FailureFacts = {
  build_failed: { command: string; exitCode: number | null };
  build_timeout: { seconds: number };
  out_of_memory: { bytes: number };
  output_missing: { directory: string };
  output_outside: { directory: string };
  output_too_large: { bytes: number };
  output_empty: { directory: string };
  output_special: { path: string };
  workspace_too_large: { bytes: number };
  root_missing: { directory: string };
  no_space: Record<never, never>;
  log_limit: { bytes: number };
  repository_gone: { repository: string };
  branch_missing: { repository: string; branch: string };
  commit_missing: { commit: string; branch: string };
  repository_refused: { repository: string };
  repository_unsafe: { what: string };
  repository_too_large: { bytes: number };
  git_missing: { detail: string };
  integration_removed: Told;
  needs_reauthorization: Told;
  integration_paused: Told;
  repository_not_allowed: Told;
  key_unavailable: Told;
  instance_unavailable: Told;
  app_disconnected: { repository: string };
  provider_unavailable: { repository: string };
  worker_lost: Record<never, never>;
  sandbox_missing: { detail: string };
  internal: { errorId: string };
};
export type FailureCode = keyof FailureFacts;

const FAILURES: { [Code in FailureCode]: (facts: FailureFacts[Code]) => string } = {
  build_failed: ({ command, exitCode }) =>
    exitCode === null
      ? `\`${command}\` was stopped by the system. Read the end of the log, mend it and push again.`
      : `\`${command}\` ended with code ${exitCode}. Read the end of the log, mend it and push again.`,
  build_timeout: ({ seconds }) =>
    `The build was stopped after ${formatDuration(seconds)}, the longest that one may take. Look in the log for what it waited for.`,
  out_of_memory: ({ bytes }) =>
    `The build needed more than ${formatBytes(bytes)} of memory and was stopped. Let it use less, or ask an instance admin to raise BUILD_MEMORY_BYTES.`,
  output_missing: ({ directory }) =>
    `The build left no folder ${directory || "to publish"}. Set the output directory under Settings > Build to where it writes its files.`,
  output_outside: ({ directory }) =>
    `${directory || "The output directory"} leads outside of the repository. Choose a folder inside, and publish no links that point out of it.`,
  output_too_large: ({ bytes }) =>
    `What the build made is larger than ${formatBytes(bytes)}. Publish less, or ask an instance admin to raise BUILD_OUTPUT_BYTES.`,
  output_empty: ({ directory }) =>
    `${directory || "The root directory"} holds no file to publish. Set the output directory under Settings > Build to where the site's files are.`,
  output_special: ({ path }) =>
    `${path} is neither a file nor a folder and cannot be published. Keep it out of the output directory.`,
  workspace_too_large: ({ bytes }) =>
    `The build filled more than ${formatBytes(bytes)} of disk and was stopped. Let it write less, or ask an instance admin to raise BUILD_OUTPUT_BYTES.`,
  root_missing: ({ directory }) =>
    `This commit has no folder ${directory}. Correct the root directory under Settings > Git.`,
  no_space: () => "The console's disk is full. Ask an instance admin to make room, then redeploy.",
  log_limit: ({ bytes }) =>
    `The build wrote more than ${formatBytes(bytes)} of log and was stopped. Make it write less, then push again.`,
  repository_gone: ({ repository }) =>
    `${repository} does not exist any more, or this account may not see it. Give the account access, or choose another repository under Settings > Git.`,
  branch_missing: ({ repository, branch }) =>
    `${repository} has no branch ${branch}. Push it again, or choose another one under Settings > Git.`,
  commit_missing: ({ commit, branch }) =>
    `${shortCommit(commit)} is not part of ${branch} any more. Deploy the latest commit instead.`,
  repository_refused: ({ repository }) =>
    `The host of ${repository} refused to hand it to this account. Look at the access rules of its organization (single sign-on, allowed addresses), then redeploy.`,
  repository_unsafe: ({ what }) =>
    `This commit contains ${what}, which is not safe to write to a disk. Remove it and push again.`,
  repository_too_large: ({ bytes }) =>
    `The files of this commit are larger than ${formatBytes(bytes)}. Remove what the site does not need, or ask an instance admin to raise BUILD_OUTPUT_BYTES.`,
  git_missing: ({ detail }) =>
    `The repository cannot be read: ${detail} This is for an instance admin to mend.`,
  integration_removed: ({ sentence }) => sentence,
  needs_reauthorization: ({ sentence }) => sentence,
  integration_paused: ({ sentence }) => sentence,
  repository_not_allowed: ({ sentence }) => sentence,
  key_unavailable: ({ sentence }) => sentence,
  instance_unavailable: ({ sentence }) => sentence,
  app_disconnected: ({ repository }) =>
    `No integration of this project reads ${repository} any more. Connect the account again to restore the app, or choose another source under Settings > Git.`,
  provider_unavailable: ({ repository }) =>
    `The host of ${repository} could not be reached for an hour. Redeploy when it answers again.`,
  worker_lost: () =>
    "The worker stopped three times while it built this. Ask an instance admin to look at its log, then redeploy.",
  sandbox_missing: ({ detail }) =>
    `Build commands cannot run here: ${detail} Ask an instance admin to install bubblewrap on the worker's machine.`,
  internal: ({ errorId }) =>
    `Something in the console went wrong while it built this. Redeploy; if it happens again, give an instance admin the id ${errorId}.`,
};

/** One sentence or two that a person can act on. */
export const failureSentence = <Code extends FailureCode>(code: Code, facts: FailureFacts[Code]): string =>
  FAILURES[code](facts);

export const supersededSentence = (newerCommit: string | null): string =>
  newerCommit === null
    ? "A newer push took its place before this one was built."
    : `${shortCommit(newerCommit)} took its place before this one was built.`;

export const leftSourceSentence = (by: string | null): string =>
  `${by ?? "Somebody"} chose another source for the app before this one was built.`;

export const cancelledSentence = (name: string | null): string =>
  `${name ?? "Somebody who has left"} cancelled it.`;

/** For a person who deploys with a paused integration. */
export const pausedSentence = (account: string): string => `${account} is paused. Resume it to deploy.`;

/** For a removal: who took the account away, what that means for the app, and what to press. */
export const removedSentence = (p: { by: string | null; account: string; repository: string }): string =>
  `${p.by ?? "Somebody who has left"} removed ${p.account}, so ${p.repository} cannot be read any more. Connect the account again to restore the app, or choose another source under Settings > Git.`;

export const notLiveSentence = (liveNumber: number): string =>
  `Ready, but not live: deployment ${liveNumber} was put live after this one was queued. Roll back to this one to show it.`;
