ALTER TABLE "credentials" ADD COLUMN "user_name_sealed" text;--> statement-breakpoint
ALTER TABLE "integrations" ADD COLUMN "host_kind" text;--> statement-breakpoint
ALTER TABLE "integrations" ADD COLUMN "path_prefix" text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE "integrations" ADD COLUMN "ca_certificate" text;--> statement-breakpoint
ALTER TABLE "integrations" ADD COLUMN "has_credentials" boolean DEFAULT true NOT NULL;--> statement-breakpoint
ALTER TABLE "credentials" ADD CONSTRAINT "credentials_user_name_sealed" CHECK ("credentials"."user_name_sealed" ~ '^v1\.dek_[0-9a-z]{20}\.[A-Za-z0-9_-]{16}\.[A-Za-z0-9_-]{22,}$');