import type { HostKind } from "@/lib/providers/provider";

/** What each kind of host calls its credentials [their documents, 2026]. */
export const HOST_KINDS = [
  {
    id: "gitlab",
    name: "GitLab",
    hosts: ["gitlab.com"],
    user: {
      label: "User name",
      hint: "A deploy token shows its own, gitlab+deploy-token-…; with a project, group or personal access token enter oauth2.",
    },
    token: {
      label: "Deploy token or access token",
      hint: "Project or group > Settings > Repository > Deploy tokens, or Settings > Access tokens.",
    },
    permits:
      "read_repository is enough to deploy and reads code only. With api, which can change everything that its role may, the console registers webhooks itself.",
  },
  {
    id: "gitea",
    name: "Gitea or Forgejo",
    hosts: ["codeberg.org", "gitea.com"],
    user: { label: "User name", hint: "Enter the name of the account that the token belongs to." },
    token: { label: "Access token", hint: "Settings > Applications > Manage access tokens." },
    permits:
      "read:repository is enough to deploy and reads code only. With write:repository, which can also push, the console registers webhooks itself.",
  },
  {
    id: "gogs",
    name: "Gogs",
    hosts: [],
    user: { label: "User name", hint: "Enter the name of the account that the token belongs to." },
    token: { label: "Access token or password", hint: "Your settings > Applications > Generate new token." },
    permits: "A Gogs token may do everything that its account may. Give it an account that can only read.",
  },
  {
    id: "bitbucket_cloud",
    name: "Bitbucket Cloud",
    hosts: ["bitbucket.org"],
    user: {
      label: "User name",
      hint: "With an access token of a repository, project or workspace enter x-token-auth; with an API token of a person x-bitbucket-api-token-auth.",
    },
    token: {
      label: "Access token or API token",
      hint: "Repository settings > Security > Access tokens, or Atlassian account > Security > API tokens with scopes. App passwords no longer work.",
    },
    permits: "Repositories: Read (read:repository:bitbucket) is enough and reads code only.",
  },
  {
    id: "bitbucket_data_center",
    name: "Bitbucket Data Center",
    hosts: [],
    user: {
      label: "User name",
      hint: "Enter the name of the account that the token belongs to. Leave it empty with a token of a project or repository: the workers then need git 2.46 or newer.",
      isOptional: true,
    },
    token: {
      label: "HTTP access token",
      hint: "Profile picture > Manage account > HTTP access tokens, or Project or Repository settings > HTTP access tokens.",
    },
    permits: "Repository read is enough and reads code only.",
  },
  {
    id: "other",
    name: "Another Git server",
    hosts: [],
    user: { label: "User name", hint: "As git asks for it when the repository is cloned over https." },
    token: {
      label: "Password or token",
      hint: "As git asks for it when the repository is cloned over https.",
    },
    permits: "Whatever the server lets this account do. One that can only read is enough.",
  },
] as const satisfies readonly HostKind[];

export type GitHostKind = (typeof HOST_KINDS)[number]["id"];

/** Where a person revokes or renews a token, as far below the application's own address as is the same for everybody. */
const TOKEN_PAGES: Record<GitHostKind, string> = {
  gitlab: "/-/user_settings/personal_access_tokens",
  gitea: "/user/settings/applications",
  gogs: "/user/settings/applications",
  bitbucket_cloud: "/account/settings/",
  bitbucket_data_center: "/plugins/servlet/access-tokens/manage",
  other: "/",
};

export const tokenPage = (application: string, kind: string | null | undefined): string =>
  application + (TOKEN_PAGES[kind as GitHostKind] ?? "/");
