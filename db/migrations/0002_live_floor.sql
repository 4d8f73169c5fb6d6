ALTER TABLE "apps" ADD COLUMN "live_since" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "apps" ADD COLUMN "live_floor" integer DEFAULT 0 NOT NULL;