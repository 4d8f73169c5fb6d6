import { sql } from "drizzle-orm";
import {
  type AnyPgColumn,
  boolean,
  foreignKey,
  index,
  integer,
  pgTable,
  text,
  unique,
  uniqueIndex,
} from "drizzle-orm/pg-core";
import { createdAt, id, instant, lowered, oneOf, sealed, sealedCheck } from "@/db/schema/columns";
import { deployments } from "@/db/schema/deployments";
import { integrations } from "@/db/schema/integrations";
import { projects, users } from "@/db/schema/people";

export const BUILD_KINDS = ["none", "commands"] as const;
export type BuildKind = (typeof BUILD_KINDS)[number];

export const apps = pgTable(
  "apps",
  {
    id: id("app"),
    projectId: text("project_id")
      .notNull()
      .references(() => projects.id, { onDelete: "cascade" }),
    name: text("name").notNull(),
    /** The first label of its address: `<app>-<random>`. */
    host: text("host").notNull().unique(),
    buildKind: text("build_kind", { enum: BUILD_KINDS }).notNull().default("none"),
    installCommand: text("install_command"),
    buildCommand: text("build_command"),
    /** Relative to the root directory; the root directory itself when empty. */
    outputDirectory: text("output_directory").notNull().default(""),
    lastDeploymentNumber: integer("last_deployment_number").notNull().default(0),
    /** The switch: what the sites process serves. */
    liveDeploymentId: text("live_deployment_id").references((): AnyPgColumn => deployments.id),
    liveSince: instant("live_since"),
    /** Deployments up to this number do not replace what is live by themselves; a roll back raises it to the last one. */
    liveFloor: integer("live_floor").notNull().default(0),
    createdBy: text("created_by").references(() => users.id, { onDelete: "set null" }),
    createdAt: createdAt(),
    updatedAt: instant("updated_at").notNull().defaultNow(),
  },
  (t) => [
    unique("apps_project_id_id").on(t.projectId, t.id),
    uniqueIndex("apps_name_unique").on(t.projectId, lowered(t.name)),
    oneOf("apps_build_kind", t.buildKind, BUILD_KINDS),
  ],
);

/** A repository that apps of a project follow, by the provider's id: a rename or transfer does not break it. */
export const repositories = pgTable(
  "repositories",
  {
    id: id("rep"),
    projectId: text("project_id")
      .notNull()
      .references(() => projects.id, { onDelete: "cascade" }),
    provider: text("provider").notNull(),
    origin: text("origin").notNull(),
    /** The provider's own id; for a generic Git host the normalized address. */
    externalId: text("external_id").notNull(),
    fullName: text("full_name").notNull(),
    cloneUrl: text("clone_url").notNull(),
    webUrl: text("web_url").notNull(),
    defaultBranch: text("default_branch").notNull(),
    isPrivate: boolean("is_private").notNull(),
    /** When its heads are read from the provider next; null while a healthy hook tells us. */
    pollAt: instant("poll_at"),
    polledAt: instant("polled_at"),
    pollFailures: integer("poll_failures").notNull().default(0),
    pollError: text("poll_error"),
    leaseToken: text("lease_token"),
    leaseUntil: instant("lease_until"),
    goneAt: instant("gone_at"),
    createdAt: createdAt(),
  },
  (t) => [
    unique("repositories_project_id_id").on(t.projectId, t.id),
    unique("repositories_external").on(t.projectId, t.origin, t.externalId),
    index("repositories_poll_at").on(t.pollAt).where(sql`${t.pollAt} is not null`),
  ],
);

export const HOOK_STATUSES = ["registering", "active", "refused", "missing", "failing"] as const;
export type HookStatus = (typeof HOOK_STATUSES)[number];

/** Our webhook at the provider for one repository. Its own id chooses the tenant; its own secret proves the caller. */
export const hooks = pgTable(
  "hooks",
  {
    id: id("hok"),
    projectId: text("project_id").notNull(),
    repositoryId: text("repository_id").notNull().unique(),
    /** The integration that made it and can repair or delete it. */
    integrationId: text("integration_id"),
    externalId: text("external_id"),
    /** The address that was registered; differs from today's after a change of CONSOLE_URL. */
    address: text("address"),
    secretSealed: sealed("secret_sealed").notNull(),
    secretGeneration: integer("secret_generation").notNull().default(1),
    /** The generation that the provider was given last; null for a hook that a person entered there, or that is not there yet. */
    registeredGeneration: integer("registered_generation"),
    previousSecretSealed: sealed("previous_secret_sealed"),
    previousSecretUntil: instant("previous_secret_until"),
    status: text("status", { enum: HOOK_STATUSES }).notNull().default("registering"),
    /** One sentence for people: why there is no hook, or what is wrong with it. */
    statusReason: text("status_reason"),
    statusSince: instant("status_since").notNull().defaultNow(),
    lastDeliveryAt: instant("last_delivery_at"),
    rejectedCount: integer("rejected_count").notNull().default(0),
    rejectedAt: instant("rejected_at"),
    checkAt: instant("check_at"),
    leaseToken: text("lease_token"),
    leaseUntil: instant("lease_until"),
    createdAt: createdAt(),
  },
  (t) => [
    foreignKey({
      name: "hooks_repository",
      columns: [t.projectId, t.repositoryId],
      foreignColumns: [repositories.projectId, repositories.id],
    }).onDelete("cascade"),
    foreignKey({
      name: "hooks_integration",
      columns: [t.projectId, t.integrationId],
      foreignColumns: [integrations.projectId, integrations.id],
    }),
    index("hooks_check_at").on(t.checkAt).where(sql`${t.checkAt} is not null`),
    oneOf("hooks_status", t.status, HOOK_STATUSES),
    sealedCheck("hooks_secret_sealed", t.secretSealed),
    sealedCheck("hooks_previous_secret_sealed", t.previousSecretSealed),
  ],
);

/** What an app takes from an integration. `integrationId` is empty once that integration was removed. */
export const sources = pgTable(
  "sources",
  {
    appId: text("app_id").primaryKey(),
    projectId: text("project_id").notNull(),
    repositoryId: text("repository_id").notNull(),
    integrationId: text("integration_id"),
    branch: text("branch").notNull(),
    /** Relative path of the app within the repository; empty for its root. */
    rootDirectory: text("root_directory").notNull().default(""),
    autoDeploy: boolean("auto_deploy").notNull().default(true),
    /** What is needed to say who took it away and to restore it; no foreign key, the row outlives the removal. */
    lostIntegrationId: text("lost_integration_id"),
    lostAt: instant("lost_at"),
    boundAt: instant("bound_at").notNull().defaultNow(),
  },
  (t) => [
    foreignKey({
      name: "sources_app",
      columns: [t.projectId, t.appId],
      foreignColumns: [apps.projectId, apps.id],
    }).onDelete("cascade"),
    foreignKey({
      name: "sources_repository",
      columns: [t.projectId, t.repositoryId],
      foreignColumns: [repositories.projectId, repositories.id],
    }),
    foreignKey({
      name: "sources_integration",
      columns: [t.projectId, t.integrationId],
      foreignColumns: [integrations.projectId, integrations.id],
    }),
    index("sources_repository_branch").on(t.repositoryId, t.branch),
    index("sources_integration_index").on(t.integrationId),
  ],
);
