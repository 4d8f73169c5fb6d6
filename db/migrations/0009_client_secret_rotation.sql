ALTER TABLE "integration_incidents" DROP CONSTRAINT "integration_incidents_reason";--> statement-breakpoint
ALTER TABLE "integrations" DROP CONSTRAINT "integrations_status_reason";--> statement-breakpoint
ALTER TABLE "provider_instances" ADD COLUMN "previous_client_secret_sealed" text;--> statement-breakpoint
ALTER TABLE "provider_instances" ADD COLUMN "previous_client_secret_until" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "provider_instances" ADD COLUMN "previous_client_secret_used_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "integration_incidents" ADD CONSTRAINT "integration_incidents_reason" CHECK ("integration_incidents"."reason" in ('expired', 'revoked', 'scopes_reduced', 'suspended', 'refresh_lost', 'key_unavailable', 'instance_changed', 'unreachable', 'rate_limited'));--> statement-breakpoint
ALTER TABLE "integrations" ADD CONSTRAINT "integrations_status_reason" CHECK ("integrations"."status_reason" in ('expired', 'revoked', 'scopes_reduced', 'suspended', 'refresh_lost', 'key_unavailable', 'instance_changed', 'unreachable', 'rate_limited'));--> statement-breakpoint
ALTER TABLE "provider_instances" ADD CONSTRAINT "provider_instances_previous_client_secret_sealed" CHECK ("provider_instances"."previous_client_secret_sealed" ~ '^v1\.dek_[0-9a-z]{20}\.[A-Za-z0-9_-]{16}\.[A-Za-z0-9_-]{22,}$');