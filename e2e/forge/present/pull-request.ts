import type { Host } from "@/e2e/forge/host";
import { accountById, fullName } from "@/e2e/forge/state/find";
import type { PullRequest, Repository } from "@/e2e/forge/state/model";
import { simpleUser } from "./account";
import { nodeId } from "./node-id";
import { eventRepository } from "./repository";

/** A pull request as lists and events show it. */
export function pullRequestView(host: Host, repository: Repository, pull: PullRequest) {
  const { state } = host.store;
  const name = fullName(state, repository);
  const api = `${host.urls.api}/repos/${name}`;
  const web = `${host.urls.web}/${name}/pull/${pull.number}`;
  return {
    url: `${api}/pulls/${pull.number}`,
    id: pull.id,
    node_id: nodeId("PullRequest", pull.id),
    html_url: web,
    diff_url: `${web}.diff`,
    patch_url: `${web}.patch`,
    issue_url: `${api}/issues/${pull.number}`,
    number: pull.number,
    state: pull.state,
    locked: false,
    title: pull.title,
    user: simpleUser(host.urls, accountById(state, pull.authorId)),
    body: null,
    created_at: pull.createdAt,
    updated_at: pull.updatedAt,
    closed_at: pull.closedAt,
    merged_at: pull.merged ? pull.closedAt : null,
    merge_commit_sha: pull.mergeSha,
    assignee: null,
    assignees: [],
    requested_reviewers: [],
    requested_teams: [],
    labels: [],
    milestone: null,
    draft: false,
    commits_url: `${api}/pulls/${pull.number}/commits`,
    review_comments_url: `${api}/pulls/${pull.number}/comments`,
    review_comment_url: `${api}/pulls/comments{/number}`,
    comments_url: `${api}/issues/${pull.number}/comments`,
    statuses_url: `${api}/statuses/${pull.headSha}`,
    head: side(host, repository, pull.head, pull.headSha),
    base: side(host, repository, pull.base, pull.baseSha),
    _links: pullLinks(api, web, pull),
    author_association: "OWNER",
    auto_merge: null,
    active_lock_reason: null,
  };
}

/** With what only a single pull request (and an event) has. */
export function fullPullRequestView(
  host: Host,
  repository: Repository,
  pull: PullRequest,
  size: { commits: number; additions: number; deletions: number; files: number },
) {
  return {
    ...pullRequestView(host, repository, pull),
    merged: pull.merged,
    mergeable: pull.state === "open" ? true : null,
    rebaseable: pull.state === "open" ? true : null,
    mergeable_state: pull.state === "open" ? "clean" : "unknown",
    merged_by: pull.merged ? simpleUser(host.urls, accountById(host.store.state, pull.authorId)) : null,
    comments: 0,
    review_comments: 0,
    maintainer_can_modify: false,
    commits: size.commits,
    additions: size.additions,
    deletions: size.deletions,
    changed_files: size.files,
  };
}

function side(host: Host, repository: Repository, ref: string, sha: string) {
  const owner = accountById(host.store.state, repository.ownerId);
  return {
    label: `${owner.login}:${ref}`,
    ref,
    sha,
    user: simpleUser(host.urls, owner),
    repo: eventRepository(host.urls, host.store.state, repository),
  };
}

function pullLinks(api: string, web: string, pull: PullRequest) {
  const link = (href: string) => ({ href });
  return {
    self: link(`${api}/pulls/${pull.number}`),
    html: link(web),
    issue: link(`${api}/issues/${pull.number}`),
    comments: link(`${api}/issues/${pull.number}/comments`),
    review_comments: link(`${api}/pulls/${pull.number}/comments`),
    review_comment: link(`${api}/pulls/comments{/number}`),
    commits: link(`${api}/pulls/${pull.number}/commits`),
    statuses: link(`${api}/statuses/${pull.headSha}`),
  };
}
