ALTER TABLE "cleanups" ADD COLUMN "refresh_token_sealed" text;--> statement-breakpoint
ALTER TABLE "cleanups" ADD COLUMN "generation" integer DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE "cleanups" ADD COLUMN "access_expires_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "cleanups" ADD COLUMN "refresh_unanswered_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "cleanups" ADD CONSTRAINT "cleanups_refresh_token_sealed" CHECK ("cleanups"."refresh_token_sealed" ~ '^v1\.dek_[0-9a-z]{20}\.[A-Za-z0-9_-]{16}\.[A-Za-z0-9_-]{22,}$');