DROP INDEX "integration_incidents_untold";--> statement-breakpoint
ALTER TABLE "integration_incidents" ADD COLUMN "tell_at" timestamp with time zone DEFAULT now() NOT NULL;--> statement-breakpoint
ALTER TABLE "integration_incidents" ADD COLUMN "tell_failures" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
CREATE INDEX "integration_incidents_untold" ON "integration_incidents" USING btree ("tell_at") WHERE "integration_incidents"."told_at" is null;