import type { ChangedCommit } from "@/e2e/forge/git/commits";
import type { RefChange } from "@/e2e/forge/git/push";
import { ZERO } from "@/e2e/forge/git/refs";
import type { Host } from "@/e2e/forge/host";
import { fullName } from "@/e2e/forge/state/find";
import type { Account, Repository } from "@/e2e/forge/state/model";

/** A project as GitLab's API and its webhooks show it. */
export function gitlabProject(host: Host, repository: Repository) {
  const path = fullName(host.store.state, repository);
  const web = `${host.urls.plain.gitlab}/${path}`;
  return {
    id: repository.id,
    name: repository.name,
    description: repository.description,
    web_url: web,
    git_http_url: `${web}.git`,
    http_url_to_repo: `${web}.git`,
    namespace: path.split("/")[0],
    visibility_level: repository.private ? 0 : 20,
    path_with_namespace: path,
    default_branch: repository.defaultBranch,
  };
}

/** "Push Hook" and "Tag Push Hook" [GitLab docs, "Webhook events"]: twenty commits at most are listed. */
export function gitlabPush(
  host: Host,
  repository: Repository,
  pusher: Account,
  { ref, before, after }: RefChange,
  commits: readonly ChangedCommit[],
) {
  const project = gitlabProject(host, repository);
  const kind = ref.startsWith("refs/tags/") ? "tag_push" : "push";
  return {
    object_kind: kind,
    event_name: kind,
    before,
    after,
    ref,
    ref_protected: false,
    checkout_sha: after === ZERO ? null : after,
    message: null,
    user_id: pusher.id,
    user_name: pusher.name,
    user_username: pusher.login,
    user_email: "",
    project_id: repository.id,
    project,
    commits: commits.slice(-20).map((one) => ({
      id: one.sha,
      message: one.message,
      title: one.message.split("\n")[0],
      timestamp: one.author.date,
      url: `${project.web_url}/-/commit/${one.sha}`,
      author: { name: one.author.name, email: one.author.email },
      added: one.added,
      modified: one.modified,
      removed: one.removed,
    })),
    total_commits_count: commits.length,
    push_options: {},
    repository: { name: project.name, git_http_url: project.git_http_url, homepage: project.web_url },
  };
}
