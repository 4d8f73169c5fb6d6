import { sql } from "drizzle-orm";
import {
  boolean,
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
import { providerInstances } from "@/db/schema/instances";
import { projects, users } from "@/db/schema/people";

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
  "untrusted",
  "blocked",
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
