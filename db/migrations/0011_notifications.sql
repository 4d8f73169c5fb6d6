CREATE TABLE "mails" (
	"id" text PRIMARY KEY NOT NULL,
	"notification_id" text,
	"invitation_id" text,
	"to_address" text NOT NULL,
	"subject" text NOT NULL,
	"body_sealed" text,
	"attempt_at" timestamp with time zone,
	"attempts" integer DEFAULT 0 NOT NULL,
	"lease_token" text,
	"lease_until" timestamp with time zone,
	"expires_at" timestamp with time zone NOT NULL,
	"outcome" text,
	"last_error" text,
	"finished_at" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "mails_notification_id_unique" UNIQUE("notification_id"),
	CONSTRAINT "mails_invitation_id_unique" UNIQUE("invitation_id"),
	CONSTRAINT "mails_outcome" CHECK ("mails"."outcome" in ('sent', 'refused', 'gave_up', 'dropped')),
	CONSTRAINT "mails_body_sealed" CHECK ("mails"."body_sealed" ~ '^v1\.dek_[0-9a-z]{20}\.[A-Za-z0-9_-]{16}\.[A-Za-z0-9_-]{22,}$'),
	CONSTRAINT "mails_is_about_one_thing" CHECK (num_nonnulls("mails"."notification_id", "mails"."invitation_id") = 1),
	CONSTRAINT "mails_body_goes_with_the_end" CHECK (("mails"."finished_at" is null) = ("mails"."body_sealed" is not null))
);
--> statement-breakpoint
CREATE TABLE "notifications" (
	"id" text PRIMARY KEY NOT NULL,
	"project_id" text NOT NULL,
	"user_id" text NOT NULL,
	"incident_id" text NOT NULL,
	"apps" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"read_at" timestamp with time zone,
	CONSTRAINT "notifications_once" UNIQUE("incident_id","user_id")
);
--> statement-breakpoint
ALTER TABLE "integration_incidents" DROP CONSTRAINT "integration_incidents_kind";--> statement-breakpoint
ALTER TABLE "integration_incidents" ALTER COLUMN "integration_id" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "integration_incidents" ADD COLUMN "origin" text;--> statement-breakpoint
ALTER TABLE "integration_incidents" ADD COLUMN "told_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "mails" ADD CONSTRAINT "mails_notification_id_notifications_id_fk" FOREIGN KEY ("notification_id") REFERENCES "public"."notifications"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "mails" ADD CONSTRAINT "mails_invitation_id_invitations_id_fk" FOREIGN KEY ("invitation_id") REFERENCES "public"."invitations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "notifications" ADD CONSTRAINT "notifications_incident_id_integration_incidents_id_fk" FOREIGN KEY ("incident_id") REFERENCES "public"."integration_incidents"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "notifications" ADD CONSTRAINT "notifications_member" FOREIGN KEY ("project_id","user_id") REFERENCES "public"."members"("project_id","user_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "mails_attempt_at" ON "mails" USING btree ("attempt_at") WHERE "mails"."attempt_at" is not null;--> statement-breakpoint
CREATE INDEX "notifications_user" ON "notifications" USING btree ("user_id","created_at" DESC NULLS LAST);--> statement-breakpoint
ALTER TABLE "integration_incidents" ADD CONSTRAINT "integration_incidents_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "public"."projects"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "integration_incidents_one_open_leftover" ON "integration_incidents" USING btree ("project_id","origin") WHERE "integration_incidents"."ended_at" is null and "integration_incidents"."integration_id" is null;--> statement-breakpoint
CREATE INDEX "integration_incidents_untold" ON "integration_incidents" USING btree ("opened_at") WHERE "integration_incidents"."told_at" is null;--> statement-breakpoint
ALTER TABLE "integration_incidents" ADD CONSTRAINT "integration_incidents_subject" CHECK ("integration_incidents"."integration_id" is not null or ("integration_incidents"."kind" = 'cleanup_gave_up' and "integration_incidents"."origin" is not null));--> statement-breakpoint
ALTER TABLE "integration_incidents" ADD CONSTRAINT "integration_incidents_kind" CHECK ("integration_incidents"."kind" in ('needs_reauthorization', 'expiring', 'cleanup_gave_up'));