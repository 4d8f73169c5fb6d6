import { sql } from "drizzle-orm";
import {
  bigint,
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
import { apps, repositories } from "@/db/schema/apps";
import { createdAt, id, instant, oneOf } from "@/db/schema/columns";

export const LEARNED_FROM = ["delivery", "poll", "reconcile"] as const;
export type LearnedFrom = (typeof LEARNED_FROM)[number];
export const PUSH_KINDS = ["created", "updated", "forced", "deleted"] as const;
export type PushKind = (typeof PUSH_KINDS)[number];

/** The head of one ref as we last knew it. A null commit: the ref was deleted. */
export const heads = pgTable(
  "heads",
  {
    projectId: text("project_id").notNull(),
    repositoryId: text("repository_id").notNull(),
    /** `refs/heads/main` or `refs/tags/v1`. */
    ref: text("ref").notNull(),
    commit: text("commit"),
    seq: bigint("seq", { mode: "number" }).notNull().default(0),
    /** The provider's validator of the last conditional read. */
    etag: text("etag"),
    updatedAt: instant("updated_at").notNull().defaultNow(),
  },
  (t) => [
    primaryKey({ columns: [t.repositoryId, t.ref] }),
    foreignKey({
      name: "heads_repository",
      columns: [t.projectId, t.repositoryId],
      foreignColumns: [repositories.projectId, repositories.id],
    }).onDelete("cascade"),
  ],
);

/** Facts of a commit as the provider told them; all of them may be empty for a poll. */
export type CommitFacts = { message: string; author: string; at: string | null; url: string | null };

/** One observed change of the head of one ref, numbered in order for each ref. */
export const pushes = pgTable(
  "pushes",
  {
    id: id("psh"),
    projectId: text("project_id").notNull(),
    repositoryId: text("repository_id").notNull(),
    ref: text("ref").notNull(),
    seq: bigint("seq", { mode: "number" }).notNull(),
    kind: text("kind", { enum: PUSH_KINDS }).notNull(),
    before: text("before"),
    /** Null when the ref was deleted. */
    commit: text("commit"),
    message: text("message").notNull().default(""),
    author: text("author").notNull().default(""),
    /** Who pushed, as the provider names them. */
    pusher: text("pusher").notNull().default(""),
    learnedFrom: text("learned_from", { enum: LEARNED_FROM }).notNull(),
    createdAt: createdAt(),
  },
  (t) => [
    foreignKey({
      name: "pushes_repository",
      columns: [t.projectId, t.repositoryId],
      foreignColumns: [repositories.projectId, repositories.id],
    }).onDelete("cascade"),
    unique("pushes_ref_seq").on(t.repositoryId, t.ref, t.seq),
    index("pushes_repository_created").on(t.repositoryId, t.createdAt),
    oneOf("pushes_kind", t.kind, PUSH_KINDS),
    oneOf("pushes_learned_from", t.learnedFrom, LEARNED_FROM),
  ],
);

export const DELIVERY_OUTCOMES = ["push", "known", "deciding", "ignored", "ping"] as const;
export type DeliveryOutcome = (typeof DELIVERY_OUTCOMES)[number];

/** One webhook call that was received and verified. Its body is not kept. */
export const deliveries = pgTable(
  "deliveries",
  {
    id: id("dlv"),
    projectId: text("project_id").notNull(),
    repositoryId: text("repository_id").notNull(),
    /** Not a foreign key: what was received outlives the hook. */
    hookId: text("hook_id").notNull(),
    /** The provider's id of this call. Outside the signature, so only ever used to recognize repeats. */
    deliveryId: text("delivery_id").notNull(),
    event: text("event").notNull(),
    bodyHash: text("body_hash").notNull(),
    /** The parsed facts: ref, before, after … */
    facts: jsonb("facts").$type<Record<string, unknown>>().notNull().default({}),
    outcome: text("outcome", { enum: DELIVERY_OUTCOMES }).notNull(),
    /** The push that this call told us of, or that we knew already. */
    pushId: text("push_id").references(() => pushes.id, { onDelete: "set null" }),
    repeats: integer("repeats").notNull().default(0),
    receivedAt: instant("received_at").notNull().defaultNow(),
  },
  (t) => [
    foreignKey({
      name: "deliveries_repository",
      columns: [t.projectId, t.repositoryId],
      foreignColumns: [repositories.projectId, repositories.id],
    }).onDelete("cascade"),
    unique("deliveries_once").on(t.hookId, t.deliveryId),
    index("deliveries_body").on(t.hookId, t.bodyHash),
    index("deliveries_repository_received").on(t.repositoryId, t.receivedAt),
    oneOf("deliveries_outcome", t.outcome, DELIVERY_OUTCOMES),
  ],
);

export const VERDICTS = [
  "deploy",
  "already_deployed",
  "duplicate_delivery",
  "branch_not_tracked",
  "auto_deploy_off",
  "paths_unchanged",
  "skip_word",
  "branch_deleted",
  "tag_ignored",
  "superseded_before_start",
  "older_than_live",
  "integration_paused",
  "needs_reauthorization",
  "app_disconnected",
  "repository_not_allowed",
  "repository_gone",
  "frozen",
  "waiting_for_checks",
  "checks_failed",
  "fork_not_allowed",
  "event_ignored",
  "deciding",
] as const;
export type Verdict = (typeof VERDICTS)[number];

/** What was decided for one app about one push, or about a delivery whose push is still being worked out. */
export const verdicts = pgTable(
  "verdicts",
  {
    id: id("vrd"),
    projectId: text("project_id").notNull(),
    appId: text("app_id").notNull(),
    pushId: text("push_id").references(() => pushes.id, { onDelete: "cascade" }),
    deliveryId: text("delivery_id").references(() => deliveries.id, { onDelete: "cascade" }),
    verdict: text("verdict", { enum: VERDICTS }).notNull(),
    /** What decided it, for the sentence: `{ branch: "main" }`. */
    facts: jsonb("facts").$type<Record<string, string>>().notNull().default({}),
    deploymentId: text("deployment_id"),
    /** When the worker asks the provider for what is missing; null once decided. */
    decideAt: instant("decide_at"),
    leaseToken: text("lease_token"),
    leaseUntil: instant("lease_until"),
    attempts: integer("attempts").notNull().default(0),
    createdAt: createdAt(),
    decidedAt: instant("decided_at"),
  },
  (t) => [
    foreignKey({
      name: "verdicts_app",
      columns: [t.projectId, t.appId],
      foreignColumns: [apps.projectId, apps.id],
    }).onDelete("cascade"),
    uniqueIndex("verdicts_once_for_each_push").on(t.appId, t.pushId).where(sql`${t.pushId} is not null`),
    uniqueIndex("verdicts_once_for_each_delivery")
      .on(t.appId, t.deliveryId)
      .where(sql`${t.pushId} is null and ${t.deliveryId} is not null`),
    index("verdicts_app_created").on(t.appId, t.createdAt),
    index("verdicts_decide_at").on(t.decideAt).where(sql`${t.decideAt} is not null`),
    oneOf("verdicts_verdict", t.verdict, VERDICTS),
  ],
);
