import type { IncomingHttpHeaders } from "node:http";
import type { Secret } from "@/lib/secret";

/** Where one installation of a provider lives. `isLoopbackAllowed`: an instance admin configured it, plain http on loopback included. */
export type Instance = {
  id: string;
  provider: string;
  origin: string;
  apiUrl: string;
  clientType: "oauth_app" | "github_app";
  clientId: string;
};

/** A token at the moment of use, with the instance it belongs to. Only lib/credentials makes one. */
export type Grant = { instance: Instance; token: Secret };

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

/** What a person is asked to permit: the scope's name, why it is asked, and what it really permits. */
export type ScopeExplanation = { scope: string; why: string; permits: string };

/** The OAuth handshake. Every member may throw ProviderUnavailable; `exchange` and `refresh` also ClientRejected and ProviderRejected. */
export type OAuthAuthorization = {
  kind: "oauth";
  scopes: ScopeExplanation[];
  /** What of `asked` is not in `granted`; a wider scope counts for what it contains. */
  missingScopes(asked: readonly string[], granted: readonly string[]): string[];
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
  identify(grant: Grant): Promise<{ account: Account; scopes: string[] }>;
  /** Asks the provider whether the token lives: the confirmation of a 401. */
  checkToken(i: Instance, secret: Secret, token: Secret): Promise<"alive" | "dead">;
  /** Revokes this token, never the grant (which would kill the same person's tokens in other projects). */
  revokeToken(i: Instance, secret: Secret, token: Secret): Promise<"done" | "already_gone">;
  /** Tries the client id and secret themselves; for the admin's test button. Throws ClientRejected. */
  testClient(i: Instance, secret: Secret, redirectUri: string): Promise<void>;
};

/** `matched` and `total` count; `items` are the best of the matched. `fetchedAt` is the age of the list. */
export type RepositoryPage = { items: Repository[]; matched: number; total: number; fetchedAt: Date };

/** `isFresh`: somebody asked for the list as it is now, not as it was remembered. */
export type SearchHow = { signal?: AbortSignal; isFresh?: boolean };

/** Repositories, branches, commits, hooks. All may throw ProviderUnauthorized, ProviderUnavailable; those about one repository RepositoryGone. */
export type BrowseSource = {
  kind: "browse";
  /** Searches all repositories that the account reaches, own and organizations'; `query` may be empty or `owner/name`. */
  searchRepositories(g: Grant, query: string, how?: SearchHow): Promise<RepositoryPage>;
  /** By the provider's id, so that renames and transfers are followed. */
  getRepository(g: Grant, externalId: string): Promise<Repository>;
  /** By `owner/name`, for a repository that was typed. */
  findRepository(g: Grant, fullName: string): Promise<Repository>;
  /** Branches whose name contains `query`. */
  searchBranches(g: Grant, externalId: string, query: string, how?: SearchHow): Promise<Branch[]>;
  /** The head of one branch now; commit null when the branch does not exist. Conditional with `etag`. */
  readHead(g: Grant, externalId: string, branch: string, etag: string | null): Promise<HeadReading>;
  getCommit(g: Grant, externalId: string, sha: string): Promise<Commit>;
  /** The user name that git sends with the token as password over HTTPS. */
  gitUser: string;
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
  authorization: OAuthAuthorization;
  source: BrowseSource;
  hooks: ApiHooks;
  webhook: Webhook;
};
