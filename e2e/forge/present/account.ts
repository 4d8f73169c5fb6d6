import type { Urls } from "@/e2e/forge/host";
import type { Account } from "@/e2e/forge/state/model";
import { nodeId } from "./node-id";

/** GitHub's "simple user", which organizations that own something are shown as, too. */
export function simpleUser(urls: Urls, account: Account) {
  const api = `${urls.api}/users/${account.login}`;
  return {
    login: account.login,
    id: account.id,
    node_id: nodeId(account.kind, account.id),
    avatar_url: avatarUrl(urls, account),
    gravatar_id: "",
    url: api,
    html_url: `${urls.web}/${account.login}`,
    followers_url: `${api}/followers`,
    following_url: `${api}/following{/other_user}`,
    gists_url: `${api}/gists{/gist_id}`,
    starred_url: `${api}/starred{/owner}{/repo}`,
    subscriptions_url: `${api}/subscriptions`,
    organizations_url: `${api}/orgs`,
    repos_url: `${api}/repos`,
    events_url: `${api}/events{/privacy}`,
    received_events_url: `${api}/received_events`,
    type: account.kind,
    site_admin: false,
  };
}

export function avatarUrl(urls: Urls, account: Account): string {
  return `${urls.web}/avatars/u/${account.id}`;
}

export interface ProfileCounts {
  publicRepositories: number;
  privateRepositories: number;
}

/** What GET /user answers. */
export function privateUser(urls: Urls, account: Account, counts: ProfileCounts) {
  return {
    ...simpleUser(urls, account),
    name: account.name,
    company: null,
    blog: "",
    location: null,
    email: account.email,
    hireable: null,
    bio: null,
    twitter_username: null,
    notification_email: account.email,
    public_repos: counts.publicRepositories,
    public_gists: 0,
    followers: 0,
    following: 0,
    created_at: account.createdAt,
    updated_at: account.createdAt,
    user_view_type: "private",
    private_gists: 0,
    total_private_repos: counts.privateRepositories,
    owned_private_repos: counts.privateRepositories,
    disk_usage: 0,
    collaborators: 0,
    two_factor_authentication: true,
    plan: { name: "free", space: 976562499, collaborators: 0, private_repos: 10000 },
  };
}

export function simpleOrganization(urls: Urls, account: Account) {
  const api = `${urls.api}/orgs/${account.login}`;
  return {
    login: account.login,
    id: account.id,
    node_id: nodeId("Organization", account.id),
    url: api,
    repos_url: `${api}/repos`,
    events_url: `${api}/events`,
    hooks_url: `${api}/hooks`,
    issues_url: `${api}/issues`,
    members_url: `${api}/members{/member}`,
    public_members_url: `${api}/public_members{/member}`,
    avatar_url: avatarUrl(urls, account),
    description: account.name,
  };
}
