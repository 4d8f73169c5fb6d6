import type { Fault, FaultOrder } from "@/e2e/forge/faults/fault";
import type { Files } from "@/e2e/forge/git/content";
import type { Delivery } from "@/e2e/forge/hooks/deliveries";
import type { Limits } from "@/e2e/forge/http/rate-limits";
import type { LoggedRequest } from "@/e2e/forge/http/request-log";
import type { PlainKind } from "@/e2e/forge/plain/kinds";
import type {
  Account,
  ClientType,
  Hook,
  IssuedSecret,
  Permission,
  PlainHook,
  PlainScope,
  PlainToken,
  Policy,
  PullRequest,
  Token,
} from "@/e2e/forge/state/model";

export interface NewRepository {
  owner: string;
  name: string;
  private?: boolean;
  description?: string;
  /** "main" when missing. */
  branch?: string;
  /** Files of the first commit; a README when neither this nor `fromDirectory` is given. */
  files?: Files;
  /** A directory of this machine to commit instead. */
  fromDirectory?: string;
  /** No commit at all. */
  empty?: boolean;
  archived?: boolean;
  fork?: boolean;
  message?: string;
}

export interface RepositoryInfo {
  id: number;
  fullName: string;
  cloneUrl: string;
  private: boolean;
  archived: boolean;
  defaultBranch: string;
  /** Branch name to commit id. */
  branches: Record<string, string>;
}

export interface CommitOrder {
  message?: string;
  author?: { name: string; email: string };
  /** ISO time of the commit; now when missing. */
  at?: string;
  /** Build on this commit instead of the branch's head (a force push, then); null: a history of its own. */
  parent?: string | null;
  /** Who pushes; the owner (or an admin of the organization) when missing. */
  pusher?: string;
}

export interface NewClient {
  type?: ClientType;
  name?: string;
  /** The callback addresses, compared exactly. */
  callback: string | string[];
  /** Given ones are used; made up when missing. */
  clientId?: string;
  clientSecret?: string;
  /** github_app only. Read contents and metadata, write hooks, statuses and deployments when missing. */
  permissions?: Record<string, string>;
  /** github_app only: its own webhook, which hears of revoked authorizations. */
  webhook?: { url: string; secret: string };
  /** github_app only: installed on every account when missing. */
  installedOn?: { account: string; repositories?: string[] }[];
}

export interface ClientInfo {
  clientId: string;
  clientSecret: string;
  type: ClientType;
  name: string;
  redirectUris: string[];
}

export interface TokenInfo extends Omit<Token, "userId"> {
  login: string;
  active: boolean;
  fingerprint: string;
}

export interface NewHostToken {
  kind: PlainKind;
  login: string;
  /** The user name that has to go with it, as with a deploy token; any when missing. */
  user?: string;
  /** Read, write and the API when missing. */
  scopes?: PlainScope[];
  /** The one repository that it opens, as a project token does. */
  repository?: string;
  expiresInSeconds?: number;
  /** Made up when missing. */
  token?: string;
}

/** What a test may do to the host. Every answer is plain JSON; wrong input is refused with a sentence. */
export interface ForgeAdmin {
  createUser(user: { login: string; name?: string; email?: string; password?: string }): Promise<Account>;
  createOrg(org: { login: string; name?: string; admins?: string[] }): Promise<Account>;
  addMember(org: string, login: string, role?: "admin" | "member"): Promise<void>;
  removeMember(org: string, login: string): Promise<void>;
  suspendUser(login: string, suspended?: boolean): Promise<void>;

  createRepository(repository: NewRepository): Promise<RepositoryInfo>;
  repository(fullName: string): Promise<RepositoryInfo>;
  repositories(): Promise<string[]>;
  addCollaborator(fullName: string, login: string, permission?: Permission): Promise<void>;
  removeCollaborator(fullName: string, login: string): Promise<void>;
  renameRepository(fullName: string, name: string): Promise<RepositoryInfo>;
  transferRepository(fullName: string, owner: string): Promise<RepositoryInfo>;
  deleteRepository(fullName: string): Promise<void>;
  setVisibility(fullName: string, visibility: "public" | "private"): Promise<void>;
  setArchived(fullName: string, archived: boolean): Promise<void>;
  setDefaultBranch(fullName: string, branch: string): Promise<void>;

  /** Commits and pushes; answers with the commit id. Hooks are delivered. */
  commitFiles(fullName: string, branch: string, files: Files, order?: CommitOrder): Promise<string>;
  createBranch(fullName: string, branch: string, from?: string): Promise<string>;
  deleteBranch(fullName: string, branch: string): Promise<void>;
  /** Moves a branch to any commit. */
  forcePush(fullName: string, branch: string, to: string): Promise<string>;
  createTag(fullName: string, tag: string, at?: string): Promise<string>;
  headOf(fullName: string, branch?: string): Promise<string | null>;

  openPullRequest(
    fullName: string,
    pull: { head: string; base?: string; title?: string },
  ): Promise<PullRequest>;
  closePullRequest(fullName: string, number: number, order?: { merge?: boolean }): Promise<PullRequest>;

  registerClient(client: NewClient): Promise<ClientInfo>;
  /** A further secret (the old one works until removed); answers with the new one. */
  addClientSecret(clientId: string, secret?: string): Promise<string>;
  removeClientSecret(clientId: string, secret: string): Promise<void>;
  setClientCallback(clientId: string, callback: string | string[]): Promise<void>;
  setClientWebhook(clientId: string, webhook: { url: string; secret: string } | null): Promise<void>;
  suspendClient(clientId: string, suspended?: boolean): Promise<void>;
  /** What the app is registered with, and so what its installations permit; the usual ones again for null. */
  setClientPermissions(clientId: string, permissions: Record<string, string> | null): Promise<void>;
  installApp(clientId: string, account: string, repositories?: string[] | "all"): Promise<number>;
  uninstallApp(clientId: string, account: string): Promise<void>;
  /** The owner of the installation suspends the app there, or lets it back in. */
  suspendInstallation(clientId: string, account: string, suspended?: boolean): Promise<void>;

  /** A personal access token, or a token of a client without going through the consent page. */
  issueToken(
    login: string,
    scopes?: string[],
    clientId?: string,
  ): Promise<TokenInfo & { refreshToken: string | null }>;
  tokens(filter?: { login?: string; clientId?: string; active?: boolean }): Promise<TokenInfo[]>;
  /** By the token itself, its fingerprint, or its id. */
  revokeToken(token: string | number): Promise<void>;
  expireToken(token: string | number, order?: { refreshToo?: boolean }): Promise<void>;
  /** The refresh token of this access token expires in so many seconds. */
  setRefreshExpiry(token: string | number, seconds: number): Promise<void>;
  reduceScopes(token: string | number, scopes: string[]): Promise<void>;
  /** The person takes back their consent to a client: all its tokens end, a GitHub App is told. */
  revokeGrant(login: string, clientId: string): Promise<void>;
  refreshReuses(): Promise<number>;
  /** The refresh tokens of an account, and whether they would still bring another token. */
  refreshTokens(login: string): Promise<{ token: string; usable: boolean }[]>;

  /** A token of a plain Git host. */
  issueHostToken(token: NewHostToken): Promise<PlainToken>;
  /** By the token itself. */
  revokeHostToken(token: string): Promise<void>;
  /** It ends so many seconds from now; less than zero: it ended. */
  expireHostToken(token: string, seconds: number): Promise<void>;
  /** Where a plain host serves a repository. */
  hostCloneUrl(kind: PlainKind, fullName: string): Promise<string>;
  hostHooks(kind: PlainKind, fullName: string): Promise<PlainHook[]>;
  /** What a person does in the host's settings, with the address and the secret that they were shown. */
  addHostHook(
    kind: PlainKind,
    fullName: string,
    hook: { url: string; secret: string | null; signingToken?: string; events?: string[] },
  ): Promise<PlainHook>;
  setHostHook(id: number, change: { active?: boolean; url?: string; secret?: string }): Promise<void>;
  deleteHostHook(id: number): Promise<void>;

  hooks(fullName: string): Promise<Hook[]>;
  disableHook(hookId: number): Promise<void>;
  deleteHook(hookId: number): Promise<void>;
  deliveries(filter?: { repository?: string; event?: string; hookId?: number }): Promise<Delivery[]>;
  /** Sends a recorded delivery again, as "Redeliver" does: the same id and body. */
  redeliver(deliveryId: number, order?: { newGuid?: boolean }): Promise<void>;
  /** Resolves when no delivery is under way. */
  deliveriesIdle(): Promise<void>;

  requests(filter?: { method?: string; path?: string }): Promise<LoggedRequest[]>;
  clearRequests(): Promise<void>;
  issuedSecrets(): Promise<IssuedSecret[]>;

  fault(order: FaultOrder): Promise<Fault>;
  faults(): Promise<Fault[]>;
  clearFaults(): Promise<void>;
  setPolicy(policy: Partial<Policy>): Promise<Policy>;
  setRateLimits(limits: Partial<Limits>): Promise<void>;
}
