import type { PlainKind } from "@/e2e/forge/plain/kinds";

/** Everything the sandbox host remembers. Plain JSON, so that a restart (or a kill) loses nothing. */

export type Permission = "read" | "write" | "admin";
export type ClientType = "oauth_app" | "github_app";

export interface Account {
  id: number;
  kind: "User" | "Organization";
  login: string;
  name: string;
  email: string;
  /** The easy password for `git push http://login:password@…`; organizations have none. */
  password: string | null;
  suspended: boolean;
  createdAt: string;
}

export interface Membership {
  organizationId: number;
  userId: number;
  role: "admin" | "member";
}

export interface Repository {
  id: number;
  ownerId: number;
  name: string;
  description: string;
  private: boolean;
  archived: boolean;
  fork: boolean;
  defaultBranch: string;
  collaborators: { userId: number; permission: Permission }[];
  nextNumber: number;
  createdAt: string;
  updatedAt: string;
  pushedAt: string;
}

/** A name that a repository had once, in lower case: "owner/name". */
export interface Redirect {
  fullName: string;
  repositoryId: number;
}

export interface Installation {
  id: number;
  accountId: number;
  repositories: "all" | number[];
  suspendedAt: string | null;
}

export interface Client {
  appId: number;
  clientId: string;
  /** The newest last; all are accepted until removed, as GitHub does while a secret is rotated. */
  secrets: string[];
  type: ClientType;
  name: string;
  redirectUris: string[];
  permissions: Record<string, string>;
  installations: Installation[];
  webhook: { url: string; secret: string } | null;
  suspended: boolean;
  createdAt: string;
}

/** A person's standing consent to a client: asked again only for scopes that are not in it. */
export interface Grant {
  userId: number;
  clientId: string;
  scopes: string[];
}

export interface Code {
  code: string;
  clientId: string;
  userId: number;
  scopes: string[];
  redirectUri: string;
  challenge: string | null;
  expiresAt: number;
  usedAt: number | null;
}

export type RevokedBecause = "revoked" | "grant_revoked" | "superseded" | "refreshed" | "reuse" | "fault";

export interface Token {
  id: number;
  token: string;
  userId: number;
  /** null for a personal access token. */
  clientId: string | null;
  scopes: string[];
  createdAt: string;
  expiresAt: number | null;
  revokedAt: number | null;
  revokedBecause: RevokedBecause | null;
}

export interface RefreshToken {
  token: string;
  tokenId: number;
  /** All tokens that descend from one consent. */
  family: number;
  expiresAt: number;
  usedAt: number | null;
  revokedAt: number | null;
}

export interface Hook {
  id: number;
  repositoryId: number;
  url: string;
  contentType: "json" | "form";
  insecureSsl: "0" | "1";
  secret: string | null;
  events: string[];
  active: boolean;
  lastResponse: { code: number | null; status: string; message: string | null };
  createdAt: string;
  updatedAt: string;
}

/** What a token of a plain host opens. */
export type PlainScope = "read_repository" | "write_repository" | "api";

/** A token of a plain Git host: a personal, project or deploy token. */
export interface PlainToken {
  id: number;
  kind: PlainKind;
  token: string;
  /** Who it acts for. */
  userId: number;
  /** The user name that has to go with it; null takes any. */
  user: string | null;
  scopes: PlainScope[];
  /** The one repository that it opens; null for all that the person may see. */
  repositoryId: number | null;
  expiresAt: number | null;
  revokedAt: number | null;
}

/** A webhook at a plain Git host. */
export interface PlainHook {
  id: number;
  kind: PlainKind;
  repositoryId: number;
  url: string;
  secret: string | null;
  /** GitLab's signed form; null without. */
  signingToken: string | null;
  active: boolean;
  events: string[];
  createdAt: string;
}

export interface CommitStatus {
  id: number;
  repositoryId: number;
  sha: string;
  state: string;
  targetUrl: string | null;
  description: string | null;
  context: string;
  creatorId: number;
  createdAt: string;
}

export interface Deployment {
  id: number;
  repositoryId: number;
  sha: string;
  ref: string;
  task: string;
  environment: string;
  description: string | null;
  payload: Record<string, unknown> | string;
  transient: boolean;
  production: boolean;
  creatorId: number;
  createdAt: string;
  updatedAt: string;
}

export interface DeploymentStatus {
  id: number;
  deploymentId: number;
  state: string;
  description: string;
  environment: string;
  environmentUrl: string;
  logUrl: string;
  creatorId: number;
  createdAt: string;
}

export interface PullRequest {
  id: number;
  number: number;
  repositoryId: number;
  title: string;
  head: string;
  base: string;
  headSha: string;
  baseSha: string;
  authorId: number;
  state: "open" | "closed";
  merged: boolean;
  mergeSha: string | null;
  createdAt: string;
  updatedAt: string;
  closedAt: string | null;
}

export interface IssuedSecret {
  kind:
    | "client_secret"
    | "code"
    | "access_token"
    | "refresh_token"
    | "personal_token"
    | "hook_secret"
    | "password";
  value: string;
}

export interface Policy {
  /** "public": hooks to loopback and private addresses are refused with 422, as github.com does. */
  hookTargets: "any" | "public";
  /** Whether a refresh token used twice takes its whole family with it. */
  reuseRevokesFamily: boolean;
  /** Whether the GitLab-like host is new enough to sign its calls. */
  signsHooks: boolean;
}

export interface State {
  version: 1;
  nextId: number;
  accounts: Account[];
  memberships: Membership[];
  repositories: Repository[];
  redirects: Redirect[];
  clients: Client[];
  grants: Grant[];
  codes: Code[];
  tokens: Token[];
  refreshTokens: RefreshToken[];
  hooks: Hook[];
  plainTokens: PlainToken[];
  plainHooks: PlainHook[];
  statuses: CommitStatus[];
  deployments: Deployment[];
  deploymentStatuses: DeploymentStatus[];
  pullRequests: PullRequest[];
  secrets: IssuedSecret[];
  /** How often a refresh token that was used already came again. */
  refreshReuses: number;
  policy: Policy;
}

export function emptyState(): State {
  return {
    version: 1,
    nextId: 1000,
    accounts: [],
    memberships: [],
    repositories: [],
    redirects: [],
    clients: [],
    grants: [],
    codes: [],
    tokens: [],
    refreshTokens: [],
    hooks: [],
    plainTokens: [],
    plainHooks: [],
    statuses: [],
    deployments: [],
    deploymentStatuses: [],
    pullRequests: [],
    secrets: [],
    refreshReuses: 0,
    policy: { hookTargets: "any", reuseRevokesFamily: true, signsHooks: true },
  };
}
