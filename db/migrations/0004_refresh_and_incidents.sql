CREATE TABLE "instance_deliveries" (
	"id" text PRIMARY KEY NOT NULL,
	"instance_id" text NOT NULL,
	"delivery_id" text NOT NULL,
	"event" text NOT NULL,
	"body_hash" text NOT NULL,
	"affected" integer DEFAULT 0 NOT NULL,
	"received_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "integration_incidents" (
	"id" text PRIMARY KEY NOT NULL,
	"project_id" text NOT NULL,
	"integration_id" text NOT NULL,
	"kind" text NOT NULL,
	"reason" text,
	"days" integer,
	"opened_at" timestamp with time zone DEFAULT now() NOT NULL,
	"ended_at" timestamp with time zone,
	CONSTRAINT "integration_incidents_kind" CHECK ("integration_incidents"."kind" in ('needs_reauthorization', 'expiring')),
	CONSTRAINT "integration_incidents_reason" CHECK ("integration_incidents"."reason" in ('expired', 'revoked', 'scopes_reduced', 'suspended', 'refresh_lost', 'key_unavailable', 'unreachable', 'rate_limited'))
);
--> statement-breakpoint
ALTER TABLE "credentials" ADD COLUMN "issued_at" timestamp with time zone DEFAULT now() NOT NULL;--> statement-breakpoint
ALTER TABLE "credentials" ADD COLUMN "refresh_prolongs" boolean DEFAULT true NOT NULL;--> statement-breakpoint
ALTER TABLE "credentials" ADD COLUMN "refresh_lease_token" text;--> statement-breakpoint
ALTER TABLE "credentials" ADD COLUMN "refresh_lease_until" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "credentials" ADD COLUMN "refresh_unanswered_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "credentials" ADD COLUMN "refresh_failures" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "credentials" ADD COLUMN "refresh_retry_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "integrations" ADD COLUMN "installations" jsonb;--> statement-breakpoint
ALTER TABLE "integrations" ADD COLUMN "probed_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "integrations" ADD COLUMN "revocation_reported_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "provider_instances" ADD COLUMN "webhook_secret_sealed" text;--> statement-breakpoint
ALTER TABLE "provider_instances" ADD COLUMN "webhook_secret_generation" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "provider_instances" ADD COLUMN "previous_webhook_secret_sealed" text;--> statement-breakpoint
ALTER TABLE "provider_instances" ADD COLUMN "previous_webhook_secret_until" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "provider_instances" ADD COLUMN "webhook_heard_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "provider_instances" ADD COLUMN "webhook_rejected_count" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "instance_deliveries" ADD CONSTRAINT "instance_deliveries_instance_id_provider_instances_id_fk" FOREIGN KEY ("instance_id") REFERENCES "public"."provider_instances"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "integration_incidents" ADD CONSTRAINT "integration_incidents_integration" FOREIGN KEY ("project_id","integration_id") REFERENCES "public"."integrations"("project_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "instance_deliveries_once" ON "instance_deliveries" USING btree ("instance_id","delivery_id");--> statement-breakpoint
CREATE INDEX "instance_deliveries_received_at" ON "instance_deliveries" USING btree ("received_at");--> statement-breakpoint
CREATE UNIQUE INDEX "integration_incidents_one_open" ON "integration_incidents" USING btree ("integration_id","kind") WHERE "integration_incidents"."ended_at" is null;--> statement-breakpoint
CREATE INDEX "integration_incidents_open" ON "integration_incidents" USING btree ("project_id") WHERE "integration_incidents"."ended_at" is null;--> statement-breakpoint
CREATE INDEX "integrations_unplanned" ON "integrations" USING btree ("created_at") WHERE "integrations"."check_at" is null and "integrations"."status" in ('active', 'degraded', 'paused');--> statement-breakpoint
CREATE INDEX "integrations_account" ON "integrations" USING btree ("instance_id","account_id");--> statement-breakpoint
ALTER TABLE "provider_instances" ADD CONSTRAINT "provider_instances_webhook_secret_sealed" CHECK ("provider_instances"."webhook_secret_sealed" ~ '^v1\.dek_[0-9a-z]{20}\.[A-Za-z0-9_-]{16}\.[A-Za-z0-9_-]{22,}$');--> statement-breakpoint
ALTER TABLE "provider_instances" ADD CONSTRAINT "provider_instances_previous_webhook_secret_sealed" CHECK ("provider_instances"."previous_webhook_secret_sealed" ~ '^v1\.dek_[0-9a-z]{20}\.[A-Za-z0-9_-]{16}\.[A-Za-z0-9_-]{22,}$');--> statement-breakpoint
INSERT INTO "integration_incidents" ("id", "project_id", "integration_id", "kind", "reason", "opened_at")
SELECT 'inc_' || substr(md5("id" || random()::text), 1, 20), "project_id", "id", 'needs_reauthorization', "status_reason", "status_since"
FROM "integrations" WHERE "status" = 'needs_reauthorization';
