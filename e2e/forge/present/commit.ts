import type { ChangedCommit, Commit } from "@/e2e/forge/git/commits";
import type { Host } from "@/e2e/forge/host";
import { timestamp } from "@/e2e/forge/state/clock";
import { fullName } from "@/e2e/forge/state/find";
import type { Account, Repository, State } from "@/e2e/forge/state/model";
import { simpleUser } from "./account";
import { nodeId } from "./node-id";

/** GitHub's "commit". */
export function commitView(host: Host, repository: Repository, commit: Commit) {
  const name = fullName(host.store.state, repository);
  const api = `${host.urls.api}/repos/${name}`;
  const author = accountByEmail(host.store.state, commit.author.email);
  const committer = accountByEmail(host.store.state, commit.committer.email);
  return {
    sha: commit.sha,
    node_id: nodeId("Commit", commit.sha),
    commit: {
      author: { ...commit.author, date: toUtc(commit.author.date) },
      committer: { ...commit.committer, date: toUtc(commit.committer.date) },
      message: commit.message,
      tree: { sha: commit.tree, url: `${api}/git/trees/${commit.tree}` },
      url: `${api}/git/commits/${commit.sha}`,
      comment_count: 0,
      verification: {
        verified: false,
        reason: "unsigned",
        signature: null,
        payload: null,
        verified_at: null,
      },
    },
    url: `${api}/commits/${commit.sha}`,
    html_url: `${host.urls.web}/${name}/commit/${commit.sha}`,
    comments_url: `${api}/commits/${commit.sha}/comments`,
    author: author ? simpleUser(host.urls, author) : null,
    committer: committer ? simpleUser(host.urls, committer) : null,
    parents: commit.parents.map((sha) => ({
      sha,
      url: `${api}/commits/${sha}`,
      html_url: `${host.urls.web}/${name}/commit/${sha}`,
    })),
  };
}

/** A commit as push events list it. */
export function pushedCommit(host: Host, repository: Repository, commit: ChangedCommit, distinct: boolean) {
  const { state } = host.store;
  return {
    id: commit.sha,
    tree_id: commit.tree,
    distinct,
    message: commit.message,
    timestamp: commit.committer.date,
    url: `${host.urls.web}/${fullName(state, repository)}/commit/${commit.sha}`,
    author: pushedPerson(state, commit.author),
    committer: pushedPerson(state, commit.committer),
    added: commit.added,
    removed: commit.removed,
    modified: commit.modified,
  };
}

function pushedPerson(state: State, person: { name: string; email: string }) {
  const account = accountByEmail(state, person.email);
  return { name: person.name, email: person.email, ...(account ? { username: account.login } : {}) };
}

function accountByEmail(state: State, email: string): Account | undefined {
  return state.accounts.find((one) => one.kind === "User" && one.email.toLowerCase() === email.toLowerCase());
}

function toUtc(date: string): string {
  return timestamp(Date.parse(date));
}
