import type { IncomingHttpHeaders } from "node:http";
import type { Secret } from "@/lib/secret";

/** The host that a call goes to: a provider instance, or what an integration itself says of its host. */
export type Host = {
  provider: string;
  origin: string;
  apiUrl: string;
  /** Which of its provider's kinds of host it is; absent where the provider knows only one. */
  hostKind?: string | null;
  /**
   * The path at which its application answers, `/gitlab`, empty for the root: it said so to anybody, and that it serves the
   * integration's repositories. Null where that is not known: then nothing but git is sent a credential.
   */
  apiPath?: string | null;
  /** The path that every repository of the integration lives at or below, `/group`; absent or empty for the whole host. */
  pathPrefix?: string;
  /** PEM. Trusted for this integration, besides the usual roots. */
  caCertificate?: string | null;
  /** The kind of OAuth client that its tokens were given to; absent where there is none. */
  clientType?: "oauth_app" | "github_app";
};

/** One installation of a provider that an instance admin set up, with its OAuth client. */
export type Instance = Host & { id: string; clientType: "oauth_app" | "github_app"; clientId: string };

/**
 * What a call needs at the moment of use. Only lib/credentials makes one. `user`: the name that goes with the token, where the
 * provider does not decide it; `token` is null where a host is read without a credential.
 */
export type Grant = { instance: Host; user?: string | null; token: Secret | null };

export type TokenSet = {
  accessToken: Secret;
  refreshToken: Secret | null;
  /** Seconds from now; null when the provider promises no end. */
  accessExpiresIn: number | null;
  refreshExpiresIn: number | null;
  scopes: string[];
};

export type Account = { id: string; login: string; name: string | null };

export type Repository = {
  externalId: string;
  fullName: string;
  cloneUrl: string;
  webUrl: string;
  defaultBranch: string;
  isPrivate: boolean;
  isArchived: boolean;
  /** When it was last pushed to; null where the provider does not say. */
  pushedAt: string | null;
  language: string | null;
};

export type Branch = { name: string; commit: string };
export type Commit = { sha: string; message: string; author: string; at: string | null; url: string };
/** `etag` makes the next read conditional; `notModified` costs nothing against the rate limit. */
export type HeadReading =
  | { kind: "head"; commit: string | null; etag: string | null }
  | { kind: "not_modified" };
export type HookRegistration = {
  externalId: string;
  address: string;
  isActive: boolean;
  /** What the last delivery was answered: 0 is no answer at all, null is no delivery yet. */
  lastStatus: number | null;
};

/**
 * What a person is asked to permit: the scope's name, why it is asked, what it really permits, and what does not work where it is
 * not granted.
 */
export type ScopeExplanation = { scope: string; why: string; permits: string; without: string };

/** One way of asking. `id` travels in forms; `isEnough` is false for a grant with which nothing of it works. */
export type AccessChoice = {
  id: string;
  name: string;
  scopes: readonly string[];
  isEnough(granted: readonly string[]): boolean;
};

/** One place where an app is installed that the account reaches, and what the app may do there. */
export type Installation = {
  id: string;
  account: string;
  /** Every repository of the account, or a choice of them. */
  repositories: "all" | "selected";
  /** `contents` to `read`. */
  permissions: Record<string, string>;
  isSuspended: boolean;
};

/** Whose token it is and what it may do. `installations` is null for a client that has scopes instead. */
export type Identity = { account: Account; scopes: string[]; installations: Installation[] | null };

/** What a client's own webhook says. Nobody believes it: it is a reason to ask. */
export type ClientEvent =
  | { kind: "ping" }
  /** An account took back its consent: every token that it gave to this client is said to be dead. */
  | { kind: "revoked"; accountId: string }
  /** An installation was made, changed, suspended or removed. `accountIds`: whose it is, and who did it. */
  | { kind: "installation"; installationId: string; accountIds: string[] }
  | { kind: "ignored"; event: string };

/** What an app has to be permitted: its name, the level that is enough, why, and what that really permits. */
export type PermissionExplanation = {
  permission: string;
  level: "read" | "write";
  /** Without it nothing can be deployed; without others less works. */
  isRequired: boolean;
  why: string;
  permits: string;
};

/** The OAuth handshake. Every member may throw ProviderUnavailable; `exchange` and `refresh` also ClientRejected and ProviderRejected. */
export type OAuthAuthorization = {
  kind: "oauth";
  /** Every scope that any of the choices asks for. */
  scopes: ScopeExplanation[];
  /** What may be asked for; the first is asked unless a person chooses less. */
  choices: readonly [AccessChoice, ...AccessChoice[]];
  /** What of `asked` is not in `granted`; a wider scope counts for what it contains. */
  missingScopes(asked: readonly string[], granted: readonly string[]): string[];
  /** The same for a client that has permissions instead of scopes; empty where the provider knows no such client. */
  permissions: readonly PermissionExplanation[];
  /** Which required ones are not held; a wider level counts for a narrower one. */
  missingPermissions(held: Readonly<Record<string, string>>): string[];
  /** Where the browser is sent. `challenge` is S256 of the verifier [RFC 7636]. */
  authorizeUrl(
    i: Instance,
    p: {
      state: string;
      challenge: string;
      redirectUri: string;
      scopes: string[];
      /** The account to ask for; null lets the person choose among theirs. */
      login: string | null;
    },
  ): URL;
  /** Trades the code once; never retried. */
  exchange(
    i: Instance,
    secret: Secret,
    p: { code: string; verifier: string; redirectUri: string },
  ): Promise<TokenSet>;
  /** Trades a refresh token once; never retried. ProviderRejected("invalid_grant") when it is dead. */
  refresh(i: Instance, secret: Secret, refreshToken: Secret): Promise<TokenSet>;
  /** Whose token this is and what it may do. ProviderUnauthorized when it is dead. */
  identify(grant: Grant): Promise<Identity>;
  /** Asks the provider whether the token lives: the confirmation of a 401. */
  checkToken(i: Instance, secret: Secret, token: Secret): Promise<"alive" | "dead">;
  /** Revokes this token, never the grant (which would kill the same person's tokens in other projects). */
  revokeToken(i: Instance, secret: Secret, token: Secret): Promise<"done" | "already_gone">;
  /** Reads a call of the client's own webhook, after `verify`. Throws ProviderRejected("malformed"). */
  readClientEvent(event: string, body: Buffer): ClientEvent;
  /** Tries the client id and secret themselves; for the admin's test button. Throws ClientRejected. */
  testClient(i: Instance, secret: Secret, redirectUri: string): Promise<void>;
};

/** What a host of this kind calls its credentials, and where a person finds one. Shown beside the form. */
export type HostKind = {
  id: string;
  name: string;
  /** Well-known hosts of this kind, told by their names alone. */
  hosts: readonly string[];
  /** `isOptional`: it also takes tokens that belong to no account, and so have no name. */
  user: { label: string; hint: string; isOptional?: boolean };
  token: { label: string; hint: string };
  /** What the token has to be allowed to do, in the host's own words. */
  permits: string;
};

/**
 * What a host said of itself: its kind, and where its application answers. Null: it does not say. `isSure` is false where an answer was
 * missing that another time may bring.
 */
export type FoundHost = { hostKind: string | null; apiPath: string | null; isSure: boolean };

/** An address that a person typed, taken apart: rebuilt from its parts, without a trailing `.git`. */
export type ParsedAddress = { origin: string; pathPrefix: string };

/** How a try of a host, an address and a credential went. `sentence` says what happened and what to do. */
export type Trial =
  | { outcome: "works"; branches: number; defaultBranch: string; sentence: string }
  | { outcome: "failed"; reason: TrialFailure; field: TrialField; sentence: string };

/** What a person has to look at. `repository`: one below the address, that was named to test with. */
export type TrialField = "url" | "repository" | "user" | "token" | "ca";

export type TrialFailure =
  | "address"
  | "unresolved"
  | "blocked"
  | "unreachable"
  | "too_slow"
  | "tls_untrusted"
  | "tls_expired"
  | "tls_wrong_host"
  | "tls_failed"
  | "unauthorized"
  | "forbidden"
  | "not_found"
  | "not_git"
  | "empty"
  | "redirected"
  | "host_error";

/** A user name and a token, or nothing at all, typed by a person. */
export type CredentialsAuthorization = {
  kind: "credentials";
  hostKinds: readonly HostKind[];
  /** Throws ProviderRejected("address") with the sentence that says what is wrong with it. */
  parseAddress(typed: string): ParsedAddress;
  /**
   * Which kind of host serves a repository (the one that was chosen, where one was), and where its application answers, by its address
   * and by what it answers without a credential. Throws nothing that a host can cause.
   */
  findHost(host: Host, repository: string): Promise<FoundHost>;
  /** Tries one repository with the grant, and says everything that can be wrong with it. Throws nothing that a host can cause. */
  test(g: Grant, repository: string): Promise<Trial>;
  /** The second look after a 401: alive when one of these clone addresses is still served with it. May throw ProviderUnavailable. */
  checkCredential(g: Grant, cloneUrls: readonly string[]): Promise<"alive" | "dead">;
  /** When the host says that the token ends; null when it does not say. Throws nothing that a host can cause. */
  readExpiry(g: Grant): Promise<Date | null>;
  /** Where a person revokes the token by hand. */
  tokensUrl(host: Host): string;
};

/** `matched` and `total` count; `items` are the best of the matched. `fetchedAt` is the age of the list. */
export type RepositoryPage = { items: Repository[]; matched: number; total: number; fetchedAt: Date };

/** How many branches are shown at most. A search answers one more where there are others. */
export const BRANCHES_SHOWN = 200;

/** `isFresh`: somebody asked for the list as it is now, not as it was remembered. */
export type SearchHow = { signal?: AbortSignal; isFresh?: boolean };

/** Repositories, branches, commits. All may throw ProviderUnauthorized, ProviderUnavailable; those about one repository RepositoryGone. */
type SourceReading = {
  /** By the provider's id, so that renames and transfers are followed. */
  getRepository(g: Grant, externalId: string): Promise<Repository>;
  /** By `owner/name` or address, for a repository that was typed. */
  findRepository(g: Grant, fullName: string): Promise<Repository>;
  /** Branches whose name contains `query`, and of more than BRANCHES_SHOWN one more than that. */
  searchBranches(g: Grant, externalId: string, query: string, how?: SearchHow): Promise<Branch[]>;
  /** The head of one branch now; commit null when the branch does not exist. Conditional with `etag`. */
  readHead(g: Grant, externalId: string, branch: string, etag: string | null): Promise<HeadReading>;
  getCommit(g: Grant, externalId: string, sha: string): Promise<Commit>;
  /** The user name that git sends with the token as password over HTTPS. */
  gitUser(g: Grant): string;
};

/** The provider can list what an account reaches. */
export type BrowseSource = SourceReading & {
  kind: "browse";
  /** Searches all repositories that the account reaches, own and organizations'; `query` may be empty or `owner/name`. */
  searchRepositories(g: Grant, query: string, how?: SearchHow): Promise<RepositoryPage>;
};

/** There is no list: a repository is typed, as an address or as a path below the integration's own. */
export type UrlSource = SourceReading & {
  kind: "url";
  /** The heads of several branches in one exchange; null for a branch that does not exist. */
  readHeads(g: Grant, externalId: string, branches: readonly string[]): Promise<Map<string, string | null>>;
};

/** Hooks at the provider. `createHook` throws ProviderRejected("exists" | "unreachable" | "forbidden" | "limit" | "refused"). */
export type ApiHooks = {
  kind: "api";
  createHook(g: Grant, externalId: string, p: { address: string; secret: Secret }): Promise<HookRegistration>;
  findHook(g: Grant, externalId: string, addressPrefix: string): Promise<HookRegistration | null>;
  updateHook(
    g: Grant,
    externalId: string,
    hookId: string,
    p: { address: string; secret: Secret },
  ): Promise<HookRegistration>;
  deleteHook(g: Grant, externalId: string, hookId: string): Promise<"done" | "already_gone">;
};

/** Where a ref was before a change, when the host does not say: it is not null, which says that there was no such ref. */
export const UNKNOWN_BEFORE = "unknown";

/** What one call says of one ref. A null commit: the ref did not exist before, or does not any more. */
export type RefChange = {
  ref: string;
  before: string | typeof UNKNOWN_BEFORE | null;
  after: string | null;
  isForced: boolean;
  message: string;
  author: string;
};

/** The repository that a call is about, in the host's words: compared with the hook's own, which it has to be. */
export type RepositoryClaim =
  /** By the provider's id; the name may have changed. */
  | { by: "id"; id: string; name: string }
  /** By the paths of its addresses (`repositoryPath`); `endings` are what such a path may end with where the host tells no more. */
  | { by: "path"; paths: string[]; endings: string[] }
  /** It names none: the secret belongs to one repository. */
  | { by: "secret" };

/** The host has no API for hooks that we speak, or the credential may not use it: a person registers the hook. */
export type ManualHooks = { kind: "manual" };

/** What a person enters at the host, for a webhook that the console cannot register itself. */
export type ManualHook = {
  /** Where that is, and what to press. */
  where: string;
  /** What the host calls the two things that come from here. */
  addressLabel: string;
  secretLabel: string;
  /** Where the host can sign with a key of its own instead: what it calls that, and the one that goes with a secret. */
  signing: { label: string; tokenFor(secret: Secret): string } | null;
  /** What else to choose there. */
  fields: { label: string; value: string }[];
  note: string | null;
  /** For a server without webhooks: a script that makes the call. */
  script: ((address: string) => string) | null;
  /** The same call in one line, for scripts of any kind. */
  call: ((address: string) => string) | null;
};

/** Facts of one webhook call, as far as we need them. */
export type WebhookEvent =
  | { kind: "ping" }
  | { kind: "push"; repository: RepositoryClaim; pusher: string; changes: RefChange[] }
  | { kind: "ignored"; event: string };

export type Webhook = {
  /** True when the signature over exactly these bytes is right. A missing, empty, doubled or sha1-only one is false. */
  verify(headers: IncomingHttpHeaders, rawHeaders: string[], body: Buffer, secret: Secret): boolean;
  /** The call's id, by which a repeat is known, and its event name: mostly outside the signature. Null when missing. */
  delivery(headers: IncomingHttpHeaders, body: Buffer): { id: string; event: string } | null;
  /** Parses what we need, after `verify`. Throws ProviderRejected("malformed") when the body is not of its event's shape. */
  parse(event: string, body: Buffer): WebhookEvent;
};

/** A source provider: a plain object; variation is a union, so nothing is "not implemented". */
export type SourceProvider = {
  id: string;
  kind: "source";
  name: string;
  /** One sentence for the catalogue. */
  enables: string;
  authorization: OAuthAuthorization | CredentialsAuthorization;
  source: BrowseSource | UrlSource;
  /** How hooks come to be at this host. */
  hooks(host: Host): ApiHooks | ManualHooks;
  /** How a person registers one there. */
  manualHook(hostKind: string | null): ManualHook;
  /** How calls of this kind of host are signed and read. */
  webhook(hostKind: string | null): Webhook;
};
