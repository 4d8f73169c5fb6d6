import { sql } from "drizzle-orm";
import { check, foreignKey, index, integer, pgTable, text, uniqueIndex } from "drizzle-orm/pg-core";
import { id, instant, oneOf } from "@/db/schema/columns";
import { INTEGRATION_REASONS, integrations } from "@/db/schema/integrations";
import { projects } from "@/db/schema/people";

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
