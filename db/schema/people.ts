import { sql } from "drizzle-orm";
import { boolean, check, index, integer, pgTable, text, uniqueIndex } from "drizzle-orm/pg-core";
import { createdAt, id, instant, lowered, oneOf } from "@/db/schema/columns";

export const users = pgTable(
  "users",
  {
    id: id("usr"),
    email: text("email").notNull(),
    name: text("name").notNull(),
    /** `scrypt$N$r$p$salt$hash`; null for a person who only ever used one-time links. */
    passwordHash: text("password_hash"),
    isInstanceAdmin: boolean("is_instance_admin").notNull().default(false),
    createdAt: createdAt(),
  },
  (t) => [uniqueIndex("users_email_unique").on(lowered(t.email))],
);

/** A signed-in browser. Signing out, a password change and removal revoke the row; the next request sees it. */
export const sessions = pgTable(
  "sessions",
  {
    id: id("ses"),
    userId: text("user_id")
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    createdAt: createdAt(),
    expiresAt: instant("expires_at").notNull(),
    revokedAt: instant("revoked_at"),
    lastSeenAt: instant("last_seen_at").notNull().defaultNow(),
    userAgent: text("user_agent"),
    address: text("address"),
  },
  (t) => [index("sessions_user").on(t.userId)],
);

export const LINK_PURPOSES = ["setup", "sign_in"] as const;

/** A link that works once: creating the first owner, or signing a person in. Only the hash of its token is kept. */
export const oneTimeLinks = pgTable(
  "one_time_links",
  {
    id: id("otl"),
    purpose: text("purpose", { enum: LINK_PURPOSES }).notNull(),
    tokenHash: text("token_hash").notNull().unique(),
    userId: text("user_id").references(() => users.id, { onDelete: "cascade" }),
    createdAt: createdAt(),
    expiresAt: instant("expires_at").notNull(),
    consumedAt: instant("consumed_at"),
  },
  (t) => [oneOf("one_time_links_purpose", t.purpose, LINK_PURPOSES)],
);

/** Counts attempts (sign-in, links, searches) in fixed windows; shared by every web process. */
export const throttles = pgTable("throttles", {
  key: text("key").primaryKey(),
  count: integer("count").notNull().default(0),
  resetsAt: instant("resets_at").notNull(),
});

export const ROLES = ["owner", "admin", "member", "viewer"] as const;
export type Role = (typeof ROLES)[number];

export const projects = pgTable("projects", {
  id: id("prj"),
  name: text("name").notNull(),
  createdBy: text("created_by").references(() => users.id, { onDelete: "set null" }),
  createdAt: createdAt(),
});

export const members = pgTable(
  "members",
  {
    projectId: text("project_id")
      .notNull()
      .references(() => projects.id, { onDelete: "cascade" }),
    userId: text("user_id")
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    role: text("role", { enum: ROLES }).notNull(),
    createdAt: createdAt(),
  },
  (t) => [
    uniqueIndex("members_unique").on(t.projectId, t.userId),
    index("members_user").on(t.userId),
    oneOf("members_role", t.role, ROLES),
  ],
);

export const INVITATION_ENDS = ["accepted", "revoked", "replaced"] as const;
export type InvitationEnd = (typeof INVITATION_ENDS)[number];

/** A link that makes one person, by their address, a member. Only the hash of its token is kept. */
export const invitations = pgTable(
  "invitations",
  {
    id: id("inv"),
    projectId: text("project_id")
      .notNull()
      .references(() => projects.id, { onDelete: "cascade" }),
    email: text("email").notNull(),
    role: text("role", { enum: ROLES }).notNull(),
    tokenHash: text("token_hash").notNull().unique(),
    /** Whose word it is: the invitation ends with their right to invite. */
    invitedBy: text("invited_by").references(() => users.id, { onDelete: "set null" }),
    createdAt: createdAt(),
    expiresAt: instant("expires_at").notNull(),
    endedAt: instant("ended_at"),
    endedAs: text("ended_as", { enum: INVITATION_ENDS }),
    acceptedBy: text("accepted_by").references(() => users.id, { onDelete: "set null" }),
  },
  (t) => [
    uniqueIndex("invitations_one_open_for_each_address")
      .on(t.projectId, lowered(t.email))
      .where(sql`${t.endedAt} is null`),
    oneOf("invitations_role", t.role, ROLES),
    oneOf("invitations_ended_as", t.endedAs, INVITATION_ENDS),
    check("invitations_end_has_a_reason", sql`(${t.endedAt} is null) = (${t.endedAs} is null)`),
  ],
);

export const INSTANCE_SETTINGS_ID = "instance";

/** One row: what an instance admin decided for everyone. */
export const instanceSettings = pgTable("instance_settings", {
  id: text("id").primaryKey().default(INSTANCE_SETTINGS_ID),
  onlyAdminsCreateProjects: boolean("only_admins_create_projects").notNull().default(false),
  /** The address under which hooks were last registered; a change makes the worker correct them. */
  consoleUrl: text("console_url"),
  updatedAt: instant("updated_at").notNull().default(sql`now()`),
});
