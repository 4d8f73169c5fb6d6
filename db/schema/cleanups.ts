import { sql } from "drizzle-orm";
import { foreignKey, index, integer, jsonb, pgTable, text } from "drizzle-orm/pg-core";
import { createdAt, id, instant, oneOf, sealed, sealedCheck } from "@/db/schema/columns";
import { providerInstances } from "@/db/schema/instances";
import { integrations } from "@/db/schema/integrations";
import { projects } from "@/db/schema/people";

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
