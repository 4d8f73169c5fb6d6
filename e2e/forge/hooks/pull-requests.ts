import { countCommits } from "@/e2e/forge/git/commits";
import { readDiff } from "@/e2e/forge/git/diff";
import type { RefChange } from "@/e2e/forge/git/push";
import { ZERO } from "@/e2e/forge/git/refs";
import { git, gitText } from "@/e2e/forge/git/run";
import { directoryOf } from "@/e2e/forge/git/storage";
import type { Host } from "@/e2e/forge/host";
import { fullPullRequestView } from "@/e2e/forge/present/pull-request";
import { timestamp } from "@/e2e/forge/state/clock";
import type { Account, PullRequest, Repository } from "@/e2e/forge/state/model";
import { eventContext } from "./common";
import { sendToHooks } from "./parcels";

/** After a push to the branch of an open pull request: it follows, and its hooks hear of it. */
export async function synchronizePullRequests(
  host: Host,
  repository: Repository,
  sender: Account,
  changes: RefChange[],
): Promise<void> {
  for (const change of changes) {
    const branch = change.ref.replace(/^refs\/heads\//, "");
    const affected = host.store.state.pullRequests.filter(
      (pull) => pull.repositoryId === repository.id && pull.state === "open" && pull.head === branch,
    );
    for (const pull of affected) {
      if (change.after === ZERO) await closePullRequest(host, repository, sender, pull, null);
      else await moveHead(host, repository, sender, pull, change);
    }
  }
}

async function moveHead(
  host: Host,
  repository: Repository,
  sender: Account,
  pull: PullRequest,
  change: RefChange,
) {
  pull.headSha = change.after;
  pull.updatedAt = timestamp();
  await keepHeadRef(host, repository, pull);
  host.store.save();
  await announcePullRequest(host, repository, sender, pull, "synchronize", {
    before: change.before,
    after: change.after,
  });
}

/** GitHub keeps every pull request's head fetchable under refs/pull. */
export async function keepHeadRef(host: Host, repository: Repository, pull: PullRequest): Promise<void> {
  await git(directoryOf(host, repository), ["update-ref", `refs/pull/${pull.number}/head`, pull.headSha]);
}

export async function closePullRequest(
  host: Host,
  repository: Repository,
  sender: Account,
  pull: PullRequest,
  mergeSha: string | null,
): Promise<void> {
  pull.state = "closed";
  pull.merged = mergeSha !== null;
  pull.mergeSha = mergeSha;
  pull.updatedAt = timestamp();
  pull.closedAt = pull.updatedAt;
  host.store.save();
  await announcePullRequest(host, repository, sender, pull, "closed");
}

export async function announcePullRequest(
  host: Host,
  repository: Repository,
  sender: Account,
  pull: PullRequest,
  action: "opened" | "synchronize" | "closed" | "reopened",
  extra: Record<string, unknown> = {},
): Promise<void> {
  const size = await pullRequestSize(host, repository, pull);
  const payload = {
    action,
    number: pull.number,
    pull_request: fullPullRequestView(host, repository, pull, size),
    ...extra,
    ...eventContext(host, repository, sender),
  };
  sendToHooks(host, repository, "pull_request", payload, action);
}

export async function pullRequestSize(host: Host, repository: Repository, pull: PullRequest) {
  const base = (
    await gitText(directoryOf(host, repository), ["merge-base", pull.baseSha, pull.headSha]).catch(
      () => pull.baseSha,
    )
  ).trim();
  const files = await readDiff(host, repository, base, pull.headSha);
  return {
    commits: await countCommits(host, repository, [`${base}..${pull.headSha}`]),
    additions: files.reduce((sum, file) => sum + file.additions, 0),
    deletions: files.reduce((sum, file) => sum + file.deletions, 0),
    files: files.length,
  };
}
