import { sql } from "drizzle-orm";
import {
  type AnyPgColumn,
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
import { apps, type BuildKind } from "@/db/schema/apps";
import { createdAt, id, instant, oneOf } from "@/db/schema/columns";
import { users } from "@/db/schema/people";
import { pushes } from "@/db/schema/pushes";

export const DEPLOYMENT_STATUSES = ["queued", "building", "ready", "failed", "cancelled"] as const;
export type DeploymentStatus = (typeof DEPLOYMENT_STATUSES)[number];
export const DEPLOYMENT_KINDS = ["production", "staging", "preview"] as const;
export type DeploymentKind = (typeof DEPLOYMENT_KINDS)[number];
export const DEPLOYMENT_TRIGGERS = [
  "push",
  "initial",
  "manual",
  "redeploy",
  "catch_up",
  "promote",
  "ci",
] as const;
export type DeploymentTrigger = (typeof DEPLOYMENT_TRIGGERS)[number];
export const DEPLOYMENT_STEPS = ["checkout", "build", "publish"] as const;
export type DeploymentStep = (typeof DEPLOYMENT_STEPS)[number];

/** The settings that a deployment was made with: later edits do not change what it means. */
export type BuildPlan = {
  rootDirectory: string;
  kind: BuildKind;
  installCommand: string | null;
  buildCommand: string | null;
  outputDirectory: string;
};

/** One attempt to put one commit of one app live. While queued or building the row is also the job. */
export const deployments = pgTable(
  "deployments",
  {
    id: id("dep"),
    projectId: text("project_id").notNull(),
    appId: text("app_id").notNull(),
    number: integer("number").notNull(),
    kind: text("kind", { enum: DEPLOYMENT_KINDS }).notNull(),
    trigger: text("trigger", { enum: DEPLOYMENT_TRIGGERS }).notNull(),
    triggeredBy: text("triggered_by").references(() => users.id, { onDelete: "set null" }),
    pushId: text("push_id").references((): AnyPgColumn => pushes.id, { onDelete: "set null" }),
    repositoryId: text("repository_id").notNull(),
    repositoryName: text("repository_name").notNull(),
    /** The integration whose credential it may use; read again at the moment of use. */
    integrationId: text("integration_id"),
    ref: text("ref").notNull(),
    commit: text("commit").notNull(),
    commitMessage: text("commit_message").notNull().default(""),
    commitAuthor: text("commit_author").notNull().default(""),
    plan: jsonb("plan").$type<BuildPlan>().notNull(),
    status: text("status", { enum: DEPLOYMENT_STATUSES }).notNull().default("queued"),
    /** Why it ended so: a code such as `build_failed`, `superseded_before_start`, `integration_removed`. */
    reason: text("reason"),
    /** The same in one sentence that a person can act on. */
    sentence: text("sentence"),
    step: text("step", { enum: DEPLOYMENT_STEPS }),
    runAt: instant("run_at"),
    attempts: integer("attempts").notNull().default(0),
    lostLeases: integer("lost_leases").notNull().default(0),
    leaseToken: text("lease_token"),
    leaseUntil: instant("lease_until"),
    worker: text("worker"),
    cancelRequestedAt: instant("cancel_requested_at"),
    cancelReason: text("cancel_reason"),
    cancelledBy: text("cancelled_by").references(() => users.id, { onDelete: "set null" }),
    createdAt: createdAt(),
    startedAt: instant("started_at"),
    checkedOutAt: instant("checked_out_at"),
    builtAt: instant("built_at"),
    finishedAt: instant("finished_at"),
    artifactFiles: integer("artifact_files"),
    artifactBytes: bigint("artifact_bytes", { mode: "number" }),
    /** Set when its files were deleted to make room: it can no longer be rolled back to. */
    prunedAt: instant("pruned_at"),
    logBytes: bigint("log_bytes", { mode: "number" }).notNull().default(0),
    logLines: integer("log_lines").notNull().default(0),
  },
  (t) => [
    foreignKey({
      name: "deployments_app",
      columns: [t.projectId, t.appId],
      foreignColumns: [apps.projectId, apps.id],
    }).onDelete("cascade"),
    unique("deployments_app_number").on(t.appId, t.number),
    uniqueIndex("deployments_once_for_each_push")
      .on(t.appId, t.kind, t.pushId)
      .where(sql`${t.trigger} = 'push'`),
    uniqueIndex("deployments_one_building").on(t.appId, t.kind, t.ref).where(sql`${t.status} = 'building'`),
    index("deployments_queued").on(t.runAt).where(sql`${t.status} = 'queued'`),
    index("deployments_leased").on(t.leaseUntil).where(sql`${t.status} = 'building'`),
    index("deployments_integration").on(t.integrationId).where(sql`${t.status} in ('queued', 'building')`),
    oneOf("deployments_status", t.status, DEPLOYMENT_STATUSES),
    oneOf("deployments_kind", t.kind, DEPLOYMENT_KINDS),
    oneOf("deployments_trigger", t.trigger, DEPLOYMENT_TRIGGERS),
  ],
);

export type LogStream = "out" | "err" | "cmd" | "note";
/** One line of a log: number from 1, milliseconds since the deployment started, where it came from, its text. */
export type LogLine = { n: number; at: number; stream: LogStream; text: string };
/** As it is stored: its number is that of the chunk's first line plus its place in the chunk. */
export type StoredLogLine = Omit<LogLine, "n">;

/** A deployment's log, in the chunks in which the worker wrote it. Already redacted. */
export const deploymentLogs = pgTable(
  "deployment_logs",
  {
    deploymentId: text("deployment_id")
      .notNull()
      .references(() => deployments.id, { onDelete: "cascade" }),
    /** Number of its first line. */
    firstLine: integer("first_line").notNull(),
    lines: jsonb("lines").$type<StoredLogLine[]>().notNull(),
    createdAt: createdAt(),
  },
  (t) => [primaryKey({ columns: [t.deploymentId, t.firstLine] })],
);

/** Worker processes and when they were last alive; what they can do was probed, not assumed. */
export const workers = pgTable("workers", {
  id: id("wrk"),
  name: text("name").notNull(),
  startedAt: instant("started_at").notNull().defaultNow(),
  seenAt: instant("seen_at").notNull().defaultNow(),
  gitVersion: text("git_version"),
  /** `bubblewrap`, `none` (switched off) or `missing`; `sandboxDetail` says why in a sentence. */
  sandbox: text("sandbox").notNull(),
  sandboxDetail: text("sandbox_detail"),
});
