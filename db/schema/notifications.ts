import { sql } from "drizzle-orm";
import { check, foreignKey, index, integer, jsonb, pgTable, text, unique } from "drizzle-orm/pg-core";
import { createdAt, id, instant, oneOf, sealed, sealedCheck } from "@/db/schema/columns";
import { integrationIncidents } from "@/db/schema/incidents";
import { invitations, members } from "@/db/schema/people";

/** One incident, told to one member who can do something about it: once. It goes with the membership. */
export const notifications = pgTable(
  "notifications",
  {
    id: id("ntf"),
    projectId: text("project_id").notNull(),
    userId: text("user_id").notNull(),
    incidentId: text("incident_id")
      .notNull()
      .references(() => integrationIncidents.id, { onDelete: "cascade" }),
    /** The apps that were affected when it was told. */
    apps: jsonb("apps").$type<{ id: string; name: string }[]>().notNull().default([]),
    createdAt: createdAt(),
    readAt: instant("read_at"),
  },
  (t) => [
    unique("notifications_once").on(t.incidentId, t.userId),
    foreignKey({
      name: "notifications_member",
      columns: [t.projectId, t.userId],
      foreignColumns: [members.projectId, members.userId],
    }).onDelete("cascade"),
    index("notifications_user").on(t.userId, t.createdAt.desc()),
  ],
);

export const MAIL_OUTCOMES = ["sent", "refused", "gave_up", "dropped"] as const;
export type MailOutcome = (typeof MAIL_OUTCOMES)[number];

/**
 * A mail to be sent: the row is the job. What it says is sealed, since an invitation's carries its link, and erased when it ends. It
 * goes with what it is about.
 */
export const mails = pgTable(
  "mails",
  {
    id: id("mal"),
    notificationId: text("notification_id")
      .unique()
      .references(() => notifications.id, { onDelete: "cascade" }),
    invitationId: text("invitation_id")
      .unique()
      .references(() => invitations.id, { onDelete: "cascade" }),
    toAddress: text("to_address").notNull(),
    subject: text("subject").notNull(),
    bodySealed: sealed("body_sealed"),
    attemptAt: instant("attempt_at"),
    attempts: integer("attempts").notNull().default(0),
    leaseToken: text("lease_token"),
    leaseUntil: instant("lease_until"),
    expiresAt: instant("expires_at").notNull(),
    outcome: text("outcome", { enum: MAIL_OUTCOMES }),
    lastError: text("last_error"),
    finishedAt: instant("finished_at"),
    createdAt: createdAt(),
  },
  (t) => [
    index("mails_attempt_at").on(t.attemptAt).where(sql`${t.attemptAt} is not null`),
    oneOf("mails_outcome", t.outcome, MAIL_OUTCOMES),
    sealedCheck("mails_body_sealed", t.bodySealed),
    check("mails_is_about_one_thing", sql`num_nonnulls(${t.notificationId}, ${t.invitationId}) = 1`),
    check("mails_body_goes_with_the_end", sql`(${t.finishedAt} is null) = (${t.bodySealed} is not null)`),
  ],
);
