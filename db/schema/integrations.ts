import { sql } from "drizzle-orm";
import {
  boolean,
  check,
  date,
  foreignKey,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  unique,
  uniqueIndex,
} from "drizzle-orm/pg-core";
import { createdAt, id, instant, oneOf, sealed, sealedCheck } from "@/db/schema/columns";
import { projects, sessions, users } from "@/db/schema/people";

export const CLIENT_TYPES = ["oauth_app", "github_app"] as const;
export type ClientType = (typeof CLIENT_TYPES)[number];

/** One installation of a provider, with its OAuth client. */
export const providerInstances = pgTable(
  "provider_instances",
  {
    id: id("pin"),
    provider: text("provider").notNull(),
    name: text("name").notNull(),
    /** Where people sign in: `https://github.com`. Part of what a ciphertext is bound to. */
    origin: text("origin").notNull(),
    apiUrl: text("api_url").notNull(),
    clientType: text("client_type", { enum: CLIENT_TYPES }).notNull().default("oauth_app"),
    clientId: text("client_id"),
    clientSecretSealed: sealed("client_secret_sealed"),
    clientSecretGeneration: integer("client_secret_generation").notNull().default(0),
    /** While a rotation overlaps: the secret before, tried when the provider refuses the new one. */
    previousClientSecretSealed: sealed("previous_client_secret_sealed"),
    previousClientSecretUntil: instant("previous_client_secret_until"),
    /** Since when the provider takes the previous secret only; null while the new one works, or was not tried yet. */
    previousClientSecretUsedAt: instant("previous_client_secret_used_at"),
    /** What the provider signs its app-level events with; a GitHub App's only. The previous one counts while a rotation overlaps. */
    webhookSecretSealed: sealed("webhook_secret_sealed"),
    webhookSecretGeneration: integer("webhook_secret_generation").notNull().default(0),
    previousWebhookSecretSealed: sealed("previous_webhook_secret_sealed"),
    previousWebhookSecretUntil: instant("previous_webhook_secret_until"),
    webhookHeardAt: instant("webhook_heard_at"),
    webhookRejectedCount: integer("webhook_rejected_count").notNull().default(0),
    /** `environment` rows follow GITHUB_… at every start; `admin` rows are edited on /console. */
    managedBy: text("managed_by", { enum: ["environment", "admin"] })
      .notNull()
      .default("admin"),
    /** Our client was refused (`invalid_client`): the instance's problem, integrations keep their status. */
    misconfiguredAt: instant("misconfigured_at"),
    misconfiguredReason: text("misconfigured_reason"),
    disabledAt: instant("disabled_at"),
    createdAt: createdAt(),
    updatedAt: instant("updated_at").notNull().defaultNow(),
  },
  (t) => [
    uniqueIndex("provider_instances_origin").on(t.provider, t.origin),
    oneOf("provider_instances_client_type", t.clientType, CLIENT_TYPES),
    sealedCheck("provider_instances_client_secret_sealed", t.clientSecretSealed),
    sealedCheck("provider_instances_previous_client_secret_sealed", t.previousClientSecretSealed),
    sealedCheck("provider_instances_webhook_secret_sealed", t.webhookSecretSealed),
    sealedCheck("provider_instances_previous_webhook_secret_sealed", t.previousWebhookSecretSealed),
  ],
);

/** App-level calls that were taken in, so that a repeated one has no second effect. Bodies are not kept. */
export const instanceDeliveries = pgTable(
  "instance_deliveries",
  {
    id: id("ind"),
    instanceId: text("instance_id")
      .notNull()
      .references(() => providerInstances.id, { onDelete: "cascade" }),
    /** The provider's id of the call. */
    deliveryId: text("delivery_id").notNull(),
    event: text("event").notNull(),
    bodyHash: text("body_hash").notNull(),
    /** How many integrations are looked at because of it. */
    affected: integer("affected").notNull().default(0),
    receivedAt: instant("received_at").notNull().defaultNow(),
  },
  (t) => [
    uniqueIndex("instance_deliveries_once").on(t.instanceId, t.deliveryId),
    index("instance_deliveries_received_at").on(t.receivedAt),
  ],
);

export const INTEGRATION_STATUSES = [
  "active",
  "degraded",
  "needs_reauthorization",
  "paused",
  "disconnecting",
  "removed",
] as const;
export type IntegrationStatus = (typeof INTEGRATION_STATUSES)[number];

export const INTEGRATION_REASONS = [
  "expired",
  "revoked",
  "scopes_reduced",
  "suspended",
  "refresh_lost",
  "key_unavailable",
  "instance_changed",
  "unreachable",
  "rate_limited",
] as const;
export type IntegrationReason = (typeof INTEGRATION_REASONS)[number];

/** One place where a GitHub App is installed that the account reaches, and what it may do there. */
export type AppInstallation = {
  id: string;
  account: string;
  /** Every repository of the account, or a choice of them. */
  repositories: "all" | "selected";
  permissions: Record<string, string>;
  isSuspended: boolean;
};

/** What a removal did at once, for its receipt: apps by name, and deployments by id. */
export type RemovalFacts = {
  apps: { id: string; name: string }[];
  cancelled: string[];
  stopping: string[];
  /** False when there was no token left that could be opened: then nobody here can revoke it. */
  hasToken: boolean;
  /** It had been erased on purpose, when its provider instance got another address or client. */
  wasErased?: boolean;
  /** Webhooks that a person entered at the host. */
  enteredHooks?: { repository: string; address: string }[];
};

/** A key on a project's keyring: one authorized connection to one account on one provider instance. */
export const integrations = pgTable(
  "integrations",
  {
    id: id("int"),
    projectId: text("project_id")
      .notNull()
      .references(() => projects.id, { onDelete: "cascade" }),
    provider: text("provider").notNull(),
    instanceId: text("instance_id").references(() => providerInstances.id),
    origin: text("origin").notNull(),
    /** The provider's own, unchanging id of the account; the login may change. */
    accountId: text("account_id").notNull(),
    accountLogin: text("account_login").notNull(),
    /** Of a host without a provider instance: which kind it is, as its provider names it. */
    hostKind: text("host_kind"),
    /** The path at which its application answers, empty for the root: proved without a credential. Null: not known. */
    apiPath: text("api_path"),
    /** The path that its repositories live at or below, rebuilt from its parts; empty for all of the host. */
    pathPrefix: text("path_prefix").notNull().default(""),
    /** PEM, public: trusted for this integration besides the usual roots. */
    caCertificate: text("ca_certificate"),
    /** False: the host is read as anybody may, and there is no row in credentials. */
    hasCredentials: boolean("has_credentials").notNull().default(true),
    status: text("status", { enum: INTEGRATION_STATUSES }).notNull().default("active"),
    statusReason: text("status_reason", { enum: INTEGRATION_REASONS }),
    statusSince: instant("status_since").notNull().defaultNow(),
    requestedScopes: text("requested_scopes").array().notNull().default(sql`'{}'`),
    grantedScopes: text("granted_scopes").array().notNull().default(sql`'{}'`),
    authorizedBy: text("authorized_by").references(() => users.id, { onDelete: "set null" }),
    authorizedAt: instant("authorized_at").notNull().defaultNow(),
    lastUsedAt: instant("last_used_at"),
    /** What a GitHub App's user token reaches; null for other clients, and until it was read for the first time. */
    installations: jsonb("installations").$type<AppInstallation[]>(),
    /** When the worker looks after it next (health, refresh, warnings); null until the worker has planned it. */
    checkAt: instant("check_at"),
    /** When the provider last answered the health probe. */
    probedAt: instant("probed_at"),
    /** The provider told us of a revocation on its own; not believed before it was confirmed. */
    revocationReportedAt: instant("revocation_reported_at"),
    pausedBy: text("paused_by").references(() => users.id, { onDelete: "set null" }),
    /** The last time in which it could not be used for want of a person: what was pushed then was missed. Still lasts without an end. */
    gapFrom: instant("gap_from"),
    gapUntil: instant("gap_until"),
    /** Apps may use only the repositories that `allowed_repositories` names. */
    isRestricted: boolean("is_restricted").notNull().default(false),
    removedBy: text("removed_by").references(() => users.id, { onDelete: "set null" }),
    removedAt: instant("removed_at"),
    removal: jsonb("removal").$type<RemovalFacts>(),
    createdAt: createdAt(),
  },
  (t) => [
    unique("integrations_project_id_id").on(t.projectId, t.id),
    uniqueIndex("integrations_one_for_each_account")
      .on(t.projectId, t.provider, t.origin, t.accountId)
      .where(sql`${t.status} not in ('disconnecting', 'removed')`),
    index("integrations_check_at").on(t.checkAt).where(sql`${t.checkAt} is not null`),
    index("integrations_unplanned")
      .on(t.createdAt)
      .where(sql`${t.checkAt} is null and ${t.status} in ('active', 'degraded', 'paused')`),
    index("integrations_account").on(t.instanceId, t.accountId),
    oneOf("integrations_status", t.status, INTEGRATION_STATUSES),
    oneOf("integrations_status_reason", t.statusReason, INTEGRATION_REASONS),
  ],
);

/** A repository that apps may use through a restricted integration, by the provider's id. */
export const allowedRepositories = pgTable(
  "allowed_repositories",
  {
    projectId: text("project_id").notNull(),
    integrationId: text("integration_id").notNull(),
    externalId: text("external_id").notNull(),
    /** As it was called when it was added. */
    fullName: text("full_name").notNull(),
    addedBy: text("added_by").references(() => users.id, { onDelete: "set null" }),
    createdAt: createdAt(),
  },
  (t) => [
    primaryKey({ columns: [t.integrationId, t.externalId] }),
    foreignKey({
      name: "allowed_repositories_integration",
      columns: [t.projectId, t.integrationId],
      foreignColumns: [integrations.projectId, integrations.id],
    }).onDelete("cascade"),
  ],
);

/** How often the console opened a credential by itself (polls, probes, webhooks): one row for each day, purpose and repository. */
export const credentialUses = pgTable(
  "credential_uses",
  {
    projectId: text("project_id").notNull(),
    integrationId: text("integration_id").notNull(),
    /** In UTC. */
    day: date("day", { mode: "string" }).notNull(),
    purpose: text("purpose").notNull(),
    /** Empty where it was about no one repository. Not a foreign key: what was used outlives it. */
    repositoryId: text("repository_id").notNull().default(""),
    count: integer("count").notNull().default(1),
    lastAt: instant("last_at").notNull().defaultNow(),
  },
  (t) => [
    primaryKey({ columns: [t.integrationId, t.day, t.purpose, t.repositoryId] }),
    foreignKey({
      name: "credential_uses_integration",
      columns: [t.projectId, t.integrationId],
      foreignColumns: [integrations.projectId, integrations.id],
    }).onDelete("cascade"),
    index("credential_uses_day").on(t.day),
  ],
);

/** The secret behind an integration. Removing the integration deletes the row in the same transaction. */
export const credentials = pgTable(
  "credentials",
  {
    id: id("crd"),
    projectId: text("project_id").notNull(),
    integrationId: text("integration_id").notNull().unique(),
    accessTokenSealed: sealed("access_token_sealed").notNull(),
    refreshTokenSealed: sealed("refresh_token_sealed"),
    /** The name that goes with the token. Sealed, since some hosts take a token in its place. */
    userNameSealed: sealed("user_name_sealed"),
    /** Raised by every change of the secret; part of what the ciphertext is bound to. */
    generation: integer("generation").notNull().default(1),
    /** The first 12 hex digits of the token's keyed hash: tells tokens apart without telling them. */
    fingerprint: text("fingerprint").notNull(),
    accessExpiresAt: instant("access_expires_at"),
    refreshExpiresAt: instant("refresh_expires_at"),
    /** When the provider gave these tokens. */
    issuedAt: instant("issued_at").notNull().defaultNow(),
    /** False once a refresh left the end of the authorization where it was. */
    refreshProlongs: boolean("refresh_prolongs").notNull().default(true),
    /** Who is refreshing, until when at most [database clock]. */
    refreshLeaseToken: text("refresh_lease_token"),
    refreshLeaseUntil: instant("refresh_lease_until"),
    /** Set before the provider is called, cleared by its answer: what is left over is an attempt that nobody heard the end of. */
    refreshUnansweredAt: instant("refresh_unanswered_at"),
    refreshFailures: integer("refresh_failures").notNull().default(0),
    /** Nobody tries before. */
    refreshRetryAt: instant("refresh_retry_at"),
    createdAt: createdAt(),
    updatedAt: instant("updated_at").notNull().defaultNow(),
  },
  (t) => [
    foreignKey({
      name: "credentials_integration",
      columns: [t.projectId, t.integrationId],
      foreignColumns: [integrations.projectId, integrations.id],
    }).onDelete("cascade"),
    sealedCheck("credentials_access_token_sealed", t.accessTokenSealed),
    sealedCheck("credentials_refresh_token_sealed", t.refreshTokenSealed),
    sealedCheck("credentials_user_name_sealed", t.userNameSealed),
  ],
);

export const INCIDENT_KINDS = ["needs_reauthorization", "expiring", "cleanup_gave_up"] as const;
export type IncidentKind = (typeof INCIDENT_KINDS)[number];

/** A time during which an integration, or what is left of one, needs somebody: one row for each, so that people are told once. */
export const integrationIncidents = pgTable(
  "integration_incidents",
  {
    id: id("inc"),
    projectId: text("project_id")
      .notNull()
      .references(() => projects.id, { onDelete: "cascade" }),
    /** Null for what is left over of a token that never became an integration. */
    integrationId: text("integration_id"),
    kind: text("kind", { enum: INCIDENT_KINDS }).notNull(),
    reason: text("reason", { enum: INTEGRATION_REASONS }),
    /** `expiring`: fewer days than this are left (30, 7, 1). */
    days: integer("days"),
    /** `cleanup_gave_up`: the host where something of ours may be left. */
    origin: text("origin"),
    openedAt: instant("opened_at").notNull().defaultNow(),
    endedAt: instant("ended_at"),
    /** When owners and admins were told; null until the worker has done it. */
    toldAt: instant("told_at"),
    /** When the worker tries to tell, and how often that failed. */
    tellAt: instant("tell_at").notNull().defaultNow(),
    tellFailures: integer("tell_failures").notNull().default(0),
  },
  (t) => [
    foreignKey({
      name: "integration_incidents_integration",
      columns: [t.projectId, t.integrationId],
      foreignColumns: [integrations.projectId, integrations.id],
    }).onDelete("cascade"),
    uniqueIndex("integration_incidents_one_open")
      .on(t.integrationId, t.kind)
      .where(sql`${t.endedAt} is null`),
    uniqueIndex("integration_incidents_one_open_leftover")
      .on(t.projectId, t.origin)
      .where(sql`${t.endedAt} is null and ${t.integrationId} is null`),
    index("integration_incidents_open").on(t.projectId).where(sql`${t.endedAt} is null`),
    index("integration_incidents_untold").on(t.tellAt).where(sql`${t.toldAt} is null`),
    check(
      "integration_incidents_subject",
      sql`${t.integrationId} is not null or (${t.kind} = 'cleanup_gave_up' and ${t.origin} is not null)`,
    ),
    oneOf("integration_incidents_kind", t.kind, INCIDENT_KINDS),
    oneOf("integration_incidents_reason", t.reason, INTEGRATION_REASONS),
  ],
);

export const ATTEMPT_PURPOSES = ["connect", "reauthorize", "replace"] as const;
export type AttemptPurpose = (typeof ATTEMPT_PURPOSES)[number];

/** One start of a handshake with a provider: ten minutes, one use, bound to a person, a session and a project. */
export const authorizationAttempts = pgTable(
  "authorization_attempts",
  {
    id: id("att"),
    projectId: text("project_id")
      .notNull()
      .references(() => projects.id, { onDelete: "cascade" }),
    instanceId: text("instance_id")
      .notNull()
      .references(() => providerInstances.id, { onDelete: "cascade" }),
    userId: text("user_id")
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    sessionId: text("session_id")
      .notNull()
      .references(() => sessions.id, { onDelete: "cascade" }),
    purpose: text("purpose", { enum: ATTEMPT_PURPOSES }).notNull(),
    /** The integration to re-authorize, or whose account is to be replaced; null for a first connection. */
    integrationId: text("integration_id"),
    stateHash: text("state_hash").notNull().unique(),
    /** SHA-256 of the cookie's second random value. */
    nonceHash: text("nonce_hash").notNull(),
    scopes: text("scopes").array().notNull(),
    expiresAt: instant("expires_at").notNull(),
    consumedAt: instant("consumed_at"),
    createdAt: createdAt(),
  },
  (t) => [
    foreignKey({
      name: "authorization_attempts_integration",
      columns: [t.projectId, t.integrationId],
      foreignColumns: [integrations.projectId, integrations.id],
    }).onDelete("cascade"),
    index("authorization_attempts_expires_at").on(t.expiresAt),
    oneOf("authorization_attempts_purpose", t.purpose, ATTEMPT_PURPOSES),
  ],
);

/** What a new grant can do with one repository that apps follow through the integration. */
export type RepositoryCheck = {
  repositoryId: string;
  reach: "reachable" | "unreachable" | "unchecked";
  hooks: "manageable" | "forbidden" | "unchecked";
};

/**
 * What a provider granted for an integration that exists already: it waits here, sealed, until its person confirms it, at most ten
 * minutes. One for each integration. Whatever is left here when its time is over is revoked at the provider and erased.
 */
export const pendingGrants = pgTable(
  "pending_grants",
  {
    id: id("pgr"),
    projectId: text("project_id").notNull(),
    integrationId: text("integration_id").notNull().unique(),
    instanceId: text("instance_id")
      .notNull()
      .references(() => providerInstances.id),
    origin: text("origin").notNull(),
    /** Only this person, in this session, may confirm it. Without either nobody can, and it is revoked. */
    userId: text("user_id").references(() => users.id, { onDelete: "set null" }),
    sessionId: text("session_id").references(() => sessions.id, { onDelete: "set null" }),
    purpose: text("purpose", { enum: ATTEMPT_PURPOSES }).notNull(),
    accountId: text("account_id").notNull(),
    accountLogin: text("account_login").notNull(),
    requestedScopes: text("requested_scopes").array().notNull(),
    grantedScopes: text("granted_scopes").array().notNull(),
    accessTokenSealed: sealed("access_token_sealed").notNull(),
    refreshTokenSealed: sealed("refresh_token_sealed"),
    accessExpiresAt: instant("access_expires_at"),
    refreshExpiresAt: instant("refresh_expires_at"),
    /** Null until every bound repository was tried with it, or given up on. */
    checks: jsonb("checks").$type<RepositoryCheck[]>(),
    expiresAt: instant("expires_at").notNull(),
    createdAt: createdAt(),
  },
  (t) => [
    foreignKey({
      name: "pending_grants_integration",
      columns: [t.projectId, t.integrationId],
      foreignColumns: [integrations.projectId, integrations.id],
    }).onDelete("cascade"),
    index("pending_grants_expires_at").on(t.expiresAt),
    oneOf("pending_grants_purpose", t.purpose, ATTEMPT_PURPOSES),
    sealedCheck("pending_grants_access_token_sealed", t.accessTokenSealed),
    sealedCheck("pending_grants_refresh_token_sealed", t.refreshTokenSealed),
  ],
);

export const CLEANUP_KINDS = ["delete_hook", "revoke_token"] as const;
export type CleanupKind = (typeof CLEANUP_KINDS)[number];
export const CLEANUP_OUTCOMES = ["done", "already_gone", "refused", "gave_up", "forgotten"] as const;
export type CleanupOutcome = (typeof CLEANUP_OUTCOMES)[number];

export type CleanupTarget =
  | {
      kind: "delete_hook";
      repositoryExternalId: string;
      repositoryName: string;
      /** Null when the registration had not answered yet: then it is found by its address. */
      hookExternalId: string | null;
      address: string;
      /** It was being looked after at that moment: it may be there under these addresses too, with an id that nobody wrote down. */
      mayBeAt?: string[];
    }
  | { kind: "revoke_token" };

/**
 * What has to be undone at a provider after something was removed here: hooks first, then the one token.
 * What is sealed here is sealed for this row alone and is erased with its end, or after a day.
 */
export const cleanups = pgTable(
  "cleanups",
  {
    id: id("cln"),
    projectId: text("project_id")
      .notNull()
      .references(() => projects.id, { onDelete: "cascade" }),
    /** Null for a token that never became an integration: it came too late, or was refused. */
    integrationId: text("integration_id"),
    instanceId: text("instance_id").references(() => providerInstances.id),
    origin: text("origin").notNull(),
    /** Steps of one removal run in this order; a later one waits for the earlier ones to end. 0 waits for nothing. */
    position: integer("position").notNull(),
    kind: text("kind", { enum: CLEANUP_KINDS }).notNull(),
    target: jsonb("target").$type<CleanupTarget>().notNull(),
    /** Whose token it is and what it may do, where that differs from the integration's or there is none: until it is revoked it counts. */
    accountId: text("account_id"),
    grantedScopes: text("granted_scopes").array(),
    tokenSealed: sealed("token_sealed"),
    /** What can replace the token while it is still needed. Kept by the step that revokes, and by no other. */
    refreshTokenSealed: sealed("refresh_token_sealed"),
    /** Raised when a refresh replaces what is sealed here; part of what the ciphertext is bound to. */
    generation: integer("generation").notNull().default(1),
    /** When the token ends by itself; null where its provider promises no end. */
    accessExpiresAt: instant("access_expires_at"),
    /** Set before the provider is asked for another token, cleared by its answer. */
    refreshUnansweredAt: instant("refresh_unanswered_at"),
    attemptAt: instant("attempt_at"),
    attempts: integer("attempts").notNull().default(0),
    leaseToken: text("lease_token"),
    leaseUntil: instant("lease_until"),
    expiresAt: instant("expires_at").notNull(),
    outcome: text("outcome", { enum: CLEANUP_OUTCOMES }),
    lastError: text("last_error"),
    finishedAt: instant("finished_at"),
    createdAt: createdAt(),
  },
  (t) => [
    foreignKey({
      name: "cleanups_integration",
      columns: [t.projectId, t.integrationId],
      foreignColumns: [integrations.projectId, integrations.id],
    }).onDelete("cascade"),
    index("cleanups_attempt_at").on(t.attemptAt).where(sql`${t.attemptAt} is not null`),
    index("cleanups_integration_position").on(t.integrationId, t.position),
    oneOf("cleanups_kind", t.kind, CLEANUP_KINDS),
    oneOf("cleanups_outcome", t.outcome, CLEANUP_OUTCOMES),
    sealedCheck("cleanups_token_sealed", t.tokenSealed),
    sealedCheck("cleanups_refresh_token_sealed", t.refreshTokenSealed),
  ],
);
