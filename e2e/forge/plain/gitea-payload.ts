import type { ChangedCommit } from "@/e2e/forge/git/commits";
import type { RefChange } from "@/e2e/forge/git/push";
import type { Host } from "@/e2e/forge/host";
import { accountById, fullName } from "@/e2e/forge/state/find";
import type { Account, Repository } from "@/e2e/forge/state/model";

const person = ({ id, login, name, email }: Account) => ({
  id,
  login,
  full_name: name,
  email,
  username: login,
});

/** A repository as Gitea's API and its webhooks show it. */
export function giteaRepository(host: Host, repository: Repository) {
  const path = fullName(host.store.state, repository);
  const web = `${host.urls.plain.gitea}/${path}`;
  return {
    id: repository.id,
    owner: person(accountById(host.store.state, repository.ownerId)),
    name: repository.name,
    full_name: path,
    description: repository.description,
    private: repository.private,
    html_url: web,
    clone_url: `${web}.git`,
    default_branch: repository.defaultBranch,
  };
}

/** The push event; commits are listed newest first [Gitea docs, "Webhooks"]. */
export function giteaPush(
  host: Host,
  repository: Repository,
  pusher: Account,
  { ref, before, after }: RefChange,
  commits: readonly ChangedCommit[],
) {
  const about = giteaRepository(host, repository);
  const listed = [...commits].reverse().map((one) => ({
    id: one.sha,
    message: `${one.message}\n`,
    url: `${about.html_url}/commit/${one.sha}`,
    author: { name: one.author.name, email: one.author.email, username: "" },
    committer: { name: one.committer.name, email: one.committer.email, username: "" },
    timestamp: one.author.date,
    added: one.added,
    removed: one.removed,
    modified: one.modified,
  }));
  return {
    ref,
    before,
    after,
    compare_url: `${about.html_url}/compare/${before}...${after}`,
    commits: listed,
    total_commits: listed.length,
    head_commit: listed[0] ?? null,
    repository: about,
    pusher: person(pusher),
    sender: person(pusher),
  };
}

/** A branch or tag that came (`sha`) or went. */
export const giteaNamed = (
  host: Host,
  repository: Repository,
  sender: Account,
  { ref, after }: RefChange,
  isGone: boolean,
) => ({
  ...(isGone ? { pusher_type: "user" } : { sha: after }),
  ref: ref.replace(/^refs\/(heads|tags)\//, ""),
  ref_type: ref.startsWith("refs/tags/") ? "tag" : "branch",
  repository: giteaRepository(host, repository),
  sender: person(sender),
});
