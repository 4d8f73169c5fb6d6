import type { HookStatus, IncidentKind, IntegrationReason, IntegrationStatus } from "@/db/schema";
import type { TrialField } from "@/lib/providers";

// What leaves the server about integrations. Times are ISO 8601 strings. A sealed column is in no type of this file.

export type { HookStatus, IntegrationReason, IntegrationStatus };

/** One card on the integrations page. */
export type IntegrationView = {
  id: string;
  instanceId: string | null;
  provider: string;
  /** Which kind of its provider's hosts it is; null where there is only one. */
  hostKind: string | null;
  /** Which service it is: `GitHub`, `GitLab`. */
  providerName: string;
  /** Connected by what a person entered: mended by editing that, not by a handshake. */
  isEntered: boolean;
  account: string;
  /** `github.com` */
  host: string;
  status: IntegrationStatus;
  reason: IntegrationReason | null;
  /** It works, but for less than seven days more, and only a person can prolong it. */
  isExpiring: boolean;
  /** When the authorization ends unless it is prolonged; null where no end was promised. */
  endsAt: string | null;
  /** The console prolongs it by itself, in time. */
  isRenewed: boolean;
  /** What the status means and what waits for it, in a sentence or two. */
  sentence: string;
  /** Why it cannot be used whatever its status is: its provider instance is disabled. */
  instanceProblem: string | null;
  since: string;
  usedBy: { id: string; name: string }[];
  lastUsedAt: string | null;
  authorizedBy: string | null;
  authorizedAt: string;
  /** The one button that mends it. */
  action: "reauthorize" | null;
};

/** A time during which an integration needs somebody. Its id stays the same while it lasts, so that people are told once. */
export type IncidentView = {
  id: string;
  /** Null for what is left of a token that never became an integration. */
  integrationId: string | null;
  account: string | null;
  host: string;
  providerName: string;
  /** A person entered its credential: it is mended by entering another one. */
  isEntered: boolean;
  kind: IncidentKind;
  /** `expiring`: fewer days than this are left. */
  days: number | null;
  title: string;
  sentence: string;
  since: string;
  apps: { id: string; name: string }[];
};

export type ScopeView = {
  scope: string;
  isAsked: boolean;
  isGranted: boolean;
  /** Empty for a scope that was granted without being asked for. */
  why: string;
  permits: string;
  /** What does not work because it was asked for and not granted; null for all others. */
  without: string | null;
};

/** What to ask for, as a person chooses it. */
export type AccessChoiceView = {
  id: string;
  name: string;
  scopes: { scope: string; why: string; permits: string }[];
};

/** One scope in a grant that waits: now against before. */
export type ScopeComparison = {
  scope: string;
  why: string;
  isAsked: boolean;
  isGranted: boolean;
  wasGranted: boolean;
  /** What will not work, where it is not granted. */
  without: string | null;
};

export type WeighedRepositoryView = {
  id: string;
  name: string;
  url: string;
  apps: { id: string; name: string }[];
};

/** A grant that waits for its person, and what it would change. */
export type PendingGrantView = {
  id: string;
  account: string;
  /** The account whose place it takes; null when it is the same one. */
  replaced: { id: string; account: string } | null;
  /** Somebody wanted another account and came back with the same one. */
  isSameAgain: boolean;
  expiresAt: string;
  scopes: ScopeComparison[];
  /** Out of reach with it: pushes no longer deploy. */
  lost: WeighedRepositoryView[];
  /** In reach, but their webhooks can no longer be mended. */
  unkept: WeighedRepositoryView[];
  /** Did not answer. */
  unknown: WeighedRepositoryView[];
  kept: WeighedRepositoryView[];
};

export type PermissionView = {
  permission: string;
  /** The level that is enough. */
  level: string;
  /** The widest level that any installation gives; null for none. */
  held: string | null;
  isEnough: boolean;
  why: string;
  permits: string;
};

export type InstallationView = {
  id: string;
  account: string;
  repositories: "all" | "selected";
  isSuspended: boolean;
};

export type HookView = {
  id: string;
  repositoryName: string;
  repositoryUrl: string;
  status: HookStatus;
  reason: string | null;
  since: string;
  lastDeliveryAt: string | null;
  /** Calls that proved nothing: counted, not stored. */
  rejected: number;
};

export type UsingApp = {
  id: string;
  name: string;
  repositoryName: string;
  repositoryUrl: string;
  branch: string;
  live: { deploymentId: string; short: string } | null;
};

export type ActivityItem = { id: string; at: string; who: string; isPerson: boolean; sentence: string };

/** Everything that the page of one integration shows. `details` is null for a role that may not see them. */
export type IntegrationDetail = IntegrationView & {
  apps: UsingApp[];
  details: {
    accountId: string;
    /** What is known of a host that somebody entered; null for one with a handshake. */
    entered: EnteredView | null;
    /** How many repositories apps may use; null where everything that the account reaches. */
    allowed: number | null;
    clientType: "oauth_app" | "github_app";
    fingerprint: string | null;
    scopes: ScopeView[];
    /** Of a GitHub App, instead of scopes. */
    permissions: PermissionView[];
    /** Where the app is installed; null until it was read for the first time, and for other clients. */
    installations: InstallationView[] | null;
    /** What could be asked for instead, and what is asked for now; empty where there is nothing to choose. */
    choices: AccessChoiceView[];
    choice: string | null;
    hooks: HookView[];
    activity: ActivityItem[];
  } | null;
};

/** What a removal would do, counted when it is asked. */
export type RemovalImpact = {
  apps: { id: string; name: string }[];
  live: { name: string; short: string }[];
  /** Deployments that still need the repository: they are stopped. */
  building: { app: string; number: number }[];
  /** Builds that have their code already: they are finished. */
  finishing: { app: string; number: number }[];
  queued: { app: string; number: number }[];
  hooks: string[];
  token: TokenFate;
};

/** What becomes of the token at its host: revoked by the console, to be revoked by a person there, or there is none. */
export type TokenFate = { kind: "revoked" | "none" } | { kind: "by_hand"; host: string; url: string };

/** One service that can be connected, or that could be once somebody has set it up. */
export type CatalogueEntry = {
  instanceId: string;
  provider: string;
  name: string;
  host: string;
  enables: string;
  clientType: "oauth_app" | "github_app";
  /** What may be asked for, everything first. Empty for a GitHub App, whose permissions are its own. */
  choices: AccessChoiceView[];
  isReady: boolean;
  /** What is missing, in a sentence for everybody. */
  problem: string | null;
  /** Told to instance admins only: what to register at the provider. */
  callbackUrl: string | null;
  /** How many accounts this project has connected there. */
  connected: number;
};

/** A service that is connected by what a person enters. */
export type EnteredProviderView = {
  provider: string;
  name: string;
  enables: string;
  hostKinds: HostKindView[];
  connected: number;
};

export type HostKindView = {
  id: string;
  name: string;
  /** Well-known hosts of this kind. */
  hosts: readonly string[];
  user: { label: string; hint: string };
  token: { label: string; hint: string };
  /** What the token should be allowed, and what that lets it do. */
  permits: string;
};

/** The user name is sealed like the token, since some hosts take a token in its place. */
export type EnteredView = {
  address: string;
  hostKind: string;
  hasCredentials: boolean;
  /** Whose certificates are trusted besides the usual ones; `pem` is public. */
  authority: { name: string; validTo: string; pem: string } | null;
  /** Where a person renews or revokes the token. */
  tokensUrl: string;
};

/** A repository that a new credential does not open, and what that stops. */
export type BrokenRepository = { name: string; apps: { id: string; name: string }[]; sentence: string };

export type TrialView = { works: boolean; field: TrialField | null; sentence: string };

/**
 * What became of a host and a credential that a person entered. `hostKind`: as it was chosen or found out; empty where the host could
 * not be asked.
 */
export type EnteredOutcome =
  | { kind: "tested" | "failed"; trial: TrialView; hostKind: string }
  /** `acceptance`: what the form sends as `acceptBreaks` where all of this is accepted. */
  | { kind: "breaks"; broken: BrokenRepository[]; acceptance: string; hostKind: string }
  | { kind: "stored"; integrationId: string; isReauthorized: boolean };

export type ReceiptState = "done" | "running" | "waiting" | "undone";

/** One step of a removal: what was done, when, and how it went in words. */
export type ReceiptStep = {
  id: string;
  name: string;
  /** `undone`: it ended without being done, and `byHand` says what is left for a person. */
  state: ReceiptState;
  result: string;
  /** When it ended; null while it has not. */
  at: string | null;
  attempts: number;
  /** When it is tried next; null unless it waits for another try. */
  nextTryAt: string | null;
  byHand: string | null;
};

/** What became of a removed integration, step by step. */
export type Receipt = {
  integrationId: string;
  account: string;
  provider: string;
  hostKind: string | null;
  providerName: string;
  host: string;
  removedBy: string | null;
  removedAt: string;
  isOver: boolean;
  steps: ReceiptStep[];
  /** Copies of the token that are kept for steps which are not done; erased at `copiesUntil` at the latest. */
  copies: number;
  copiesUntil: string | null;
};

/** A removed integration, as the integrations page remembers it. */
export type RemovedView = {
  id: string;
  provider: string;
  hostKind: string | null;
  providerName: string;
  account: string;
  host: string;
  removedBy: string | null;
  removedAt: string;
  /** Steps at the provider that are not done yet. */
  pending: number;
  /** Apps that still wait for it. */
  apps: { id: string; name: string }[];
  /** The integration with the same account, where it was connected again: that one can have the apps back. */
  again: string | null;
};

/** Apps that lost this account when it was removed, and could be given back to it. */
export type RestorableView = {
  integrationId: string;
  account: string;
  removedBy: string | null;
  removedAt: string;
  apps: { id: string; name: string; repositoryName: string; branch: string }[];
};

/** Which repositories apps may use through an integration. */
export type AllowList = {
  integrationId: string;
  account: string;
  isRestricted: boolean;
  /** Goes back with an edit: what it was made of. */
  version: string;
  repositories: { externalId: string; fullName: string; addedBy: string | null }[];
  /** The apps that use it now: those whose repository is not listed stop deploying. */
  apps: { id: string; name: string; externalId: string; repositoryName: string }[];
};

/** What the console did by itself with a credential on one day (UTC): how often, for which repository and apps. */
export type UseView = {
  id: string;
  /** `2026-11-27` */
  day: string;
  /** "looked for new commits" */
  what: string;
  /** Null where it was about no one repository, or one that nobody follows any more. */
  repositoryName: string | null;
  apps: string[];
  count: number;
  lastAt: string;
};
