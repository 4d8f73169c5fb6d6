import type { Urls } from "@/e2e/forge/host";
import { accountById } from "@/e2e/forge/state/find";
import type { Account, Permission, Repository, State } from "@/e2e/forge/state/model";
import { simpleUser } from "./account";
import { nodeId } from "./node-id";

const PERMISSION_RANK: Record<Permission, number> = { read: 1, write: 2, admin: 3 };

/** GitHub's "repository" as lists show it. */
export function repositoryView(
  urls: Urls,
  state: State,
  repository: Repository,
  permission: Permission | null,
) {
  const owner = accountById(state, repository.ownerId);
  const rank = permission ? PERMISSION_RANK[permission] : 0;
  return {
    ...identity(urls, owner, repository),
    ...links(urls, owner, repository),
    ...facts(repository),
    permissions: {
      admin: rank >= 3,
      maintain: rank >= 3,
      push: rank >= 2,
      triage: rank >= 2,
      pull: true,
    },
  };
}

/** GitHub's "full repository": one of them, with the few fields that only it has. */
export function fullRepositoryView(
  urls: Urls,
  state: State,
  repository: Repository,
  permission: Permission | null,
) {
  const owner = accountById(state, repository.ownerId);
  return {
    ...repositoryView(urls, state, repository, permission),
    ...(owner.kind === "Organization" ? { organization: simpleUser(urls, owner) } : {}),
    network_count: 0,
    subscribers_count: 0,
  };
}

/** The repository inside an event: times as numbers in pushes, the owner with name and e-mail. */
export function eventRepository(urls: Urls, state: State, repository: Repository, inPush = false) {
  const owner = accountById(state, repository.ownerId);
  const { permissions: _, ...view } = repositoryView(urls, state, repository, null);
  if (!inPush) return view;
  return {
    ...view,
    owner: { name: owner.login, email: owner.email, ...simpleUser(urls, owner) },
    url: view.html_url,
    created_at: Date.parse(repository.createdAt) / 1000,
    pushed_at: Date.parse(repository.pushedAt) / 1000,
    stargazers: 0,
    master_branch: repository.defaultBranch,
    ...(owner.kind === "Organization" ? { organization: owner.login } : {}),
  };
}

export function fullNameOf(owner: Account, repository: Repository): string {
  return `${owner.login}/${repository.name}`;
}

function identity(urls: Urls, owner: Account, repository: Repository) {
  return {
    id: repository.id,
    node_id: nodeId("Repository", repository.id),
    name: repository.name,
    full_name: fullNameOf(owner, repository),
    private: repository.private,
    owner: simpleUser(urls, owner),
    html_url: `${urls.web}/${fullNameOf(owner, repository)}`,
    description: repository.description || null,
    fork: repository.fork,
  };
}

function links(urls: Urls, owner: Account, repository: Repository) {
  const name = fullNameOf(owner, repository);
  const api = `${urls.api}/repos/${name}`;
  const host = new URL(urls.web).host;
  return {
    url: api,
    archive_url: `${api}/{archive_format}{/ref}`,
    assignees_url: `${api}/assignees{/user}`,
    blobs_url: `${api}/git/blobs{/sha}`,
    branches_url: `${api}/branches{/branch}`,
    collaborators_url: `${api}/collaborators{/collaborator}`,
    comments_url: `${api}/comments{/number}`,
    commits_url: `${api}/commits{/sha}`,
    compare_url: `${api}/compare/{base}...{head}`,
    contents_url: `${api}/contents/{+path}`,
    contributors_url: `${api}/contributors`,
    deployments_url: `${api}/deployments`,
    downloads_url: `${api}/downloads`,
    events_url: `${api}/events`,
    forks_url: `${api}/forks`,
    git_commits_url: `${api}/git/commits{/sha}`,
    git_refs_url: `${api}/git/refs{/sha}`,
    git_tags_url: `${api}/git/tags{/sha}`,
    hooks_url: `${api}/hooks`,
    issue_comment_url: `${api}/issues/comments{/number}`,
    issue_events_url: `${api}/issues/events{/number}`,
    issues_url: `${api}/issues{/number}`,
    keys_url: `${api}/keys{/key_id}`,
    labels_url: `${api}/labels{/name}`,
    languages_url: `${api}/languages`,
    merges_url: `${api}/merges`,
    milestones_url: `${api}/milestones{/number}`,
    notifications_url: `${api}/notifications{?since,all,participating}`,
    pulls_url: `${api}/pulls{/number}`,
    releases_url: `${api}/releases{/id}`,
    stargazers_url: `${api}/stargazers`,
    statuses_url: `${api}/statuses/{sha}`,
    subscribers_url: `${api}/subscribers`,
    subscription_url: `${api}/subscription`,
    tags_url: `${api}/tags`,
    teams_url: `${api}/teams`,
    trees_url: `${api}/git/trees{/sha}`,
    clone_url: `${urls.web}/${name}.git`,
    git_url: `git://${host}/${name}.git`,
    ssh_url: `git@${host}:${name}.git`,
    svn_url: `${urls.web}/${name}`,
    mirror_url: null,
    homepage: null,
  };
}

function facts(repository: Repository) {
  return {
    created_at: repository.createdAt,
    updated_at: repository.updatedAt,
    pushed_at: repository.pushedAt,
    size: 1,
    stargazers_count: 0,
    watchers_count: 0,
    language: null,
    has_issues: true,
    has_projects: true,
    has_downloads: true,
    has_wiki: true,
    has_pages: false,
    has_discussions: false,
    forks_count: 0,
    archived: repository.archived,
    disabled: false,
    open_issues_count: 0,
    license: null,
    allow_forking: true,
    is_template: false,
    web_commit_signoff_required: false,
    topics: [] as string[],
    visibility: repository.private ? "private" : "public",
    forks: 0,
    open_issues: 0,
    watchers: 0,
    default_branch: repository.defaultBranch,
  };
}
