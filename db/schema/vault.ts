import { sql } from "drizzle-orm";
import { bigint, index, integer, jsonb, pgTable, text, uniqueIndex } from "drizzle-orm/pg-core";
import { createdAt, id, instant, oneOf } from "@/db/schema/columns";
import { projects } from "@/db/schema/people";

export const KEY_PURPOSES = ["project", "instance", "session", "audit"] as const;
export type KeyPurpose = (typeof KEY_PURPOSES)[number];

/** Random keys, each wrapped by a master key that the database never sees. */
export const dataKeys = pgTable(
  "data_keys",
  {
    id: id("dek"),
    purpose: text("purpose", { enum: KEY_PURPOSES }).notNull(),
    projectId: text("project_id").references(() => projects.id, { onDelete: "cascade" }),
    version: integer("version").notNull().default(1),
    wrapped: text("wrapped").notNull(),
    /** Which master key opens `wrapped`: the first 16 hex digits of its SHA-256 under a fixed label. */
    masterFingerprint: text("master_fingerprint").notNull(),
    createdAt: createdAt(),
    /** Set when a newer version seals; this one only opens. */
    retiredAt: instant("retired_at"),
  },
  (t) => [
    oneOf("data_keys_purpose", t.purpose, KEY_PURPOSES),
    uniqueIndex("data_keys_current_project")
      .on(t.projectId)
      .where(sql`${t.projectId} is not null and ${t.retiredAt} is null`),
    uniqueIndex("data_keys_current_purpose")
      .on(t.purpose)
      .where(sql`${t.projectId} is null and ${t.retiredAt} is null`),
    index("data_keys_master").on(t.masterFingerprint),
  ],
);

export const ACTOR_KINDS = ["user", "worker", "provider", "system"] as const;
export type ActorKind = (typeof ACTOR_KINDS)[number];

/** Who did what, when. Append-only by trigger; each row is chained to the one before it; outlives its project. */
export const auditEvents = pgTable(
  "audit_events",
  {
    id: id("aud"),
    /** A project's id, or `instance`. Not a foreign key: the chain outlives its project. */
    chain: text("chain").notNull(),
    seq: bigint("seq", { mode: "number" }).notNull(),
    at: instant("at").notNull(),
    actorKind: text("actor_kind", { enum: ACTOR_KINDS }).notNull(),
    actorId: text("actor_id"),
    actorName: text("actor_name"),
    event: text("event").notNull(),
    subjectId: text("subject_id"),
    subjectName: text("subject_name"),
    facts: jsonb("facts").$type<Record<string, unknown>>().notNull().default({}),
    address: text("address"),
    previousHash: text("previous_hash").notNull(),
    hash: text("hash").notNull(),
  },
  (t) => [
    uniqueIndex("audit_events_chain_seq").on(t.chain, t.seq),
    index("audit_events_subject").on(t.subjectId),
    oneOf("audit_events_actor_kind", t.actorKind, ACTOR_KINDS),
  ],
);

/** The last link of each chain: locked by a writer, and what shows that the tail was cut off. */
export const auditHeads = pgTable("audit_heads", {
  chain: text("chain").primaryKey(),
  seq: bigint("seq", { mode: "number" }).notNull(),
  hash: text("hash").notNull(),
  keyId: text("key_id").notNull(),
});
