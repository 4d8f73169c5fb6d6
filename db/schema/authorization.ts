import { foreignKey, index, jsonb, pgTable, text } from "drizzle-orm/pg-core";
import { createdAt, id, instant, oneOf, sealed, sealedCheck } from "@/db/schema/columns";
import { providerInstances } from "@/db/schema/instances";
import { integrations } from "@/db/schema/integrations";
import { projects, sessions, users } from "@/db/schema/people";

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
