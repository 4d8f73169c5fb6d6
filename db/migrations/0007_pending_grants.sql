CREATE TABLE "pending_grants" (
	"id" text PRIMARY KEY NOT NULL,
	"project_id" text NOT NULL,
	"integration_id" text NOT NULL,
	"instance_id" text NOT NULL,
	"origin" text NOT NULL,
	"user_id" text,
	"session_id" text,
	"purpose" text NOT NULL,
	"account_id" text NOT NULL,
	"account_login" text NOT NULL,
	"requested_scopes" text[] NOT NULL,
	"granted_scopes" text[] NOT NULL,
	"access_token_sealed" text NOT NULL,
	"refresh_token_sealed" text,
	"access_expires_at" timestamp with time zone,
	"refresh_expires_at" timestamp with time zone,
	"checks" jsonb,
	"expires_at" timestamp with time zone NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "pending_grants_integration_id_unique" UNIQUE("integration_id"),
	CONSTRAINT "pending_grants_purpose" CHECK ("pending_grants"."purpose" in ('connect', 'reauthorize', 'replace')),
	CONSTRAINT "pending_grants_access_token_sealed" CHECK ("pending_grants"."access_token_sealed" ~ '^v1\.dek_[0-9a-z]{20}\.[A-Za-z0-9_-]{16}\.[A-Za-z0-9_-]{22,}$'),
	CONSTRAINT "pending_grants_refresh_token_sealed" CHECK ("pending_grants"."refresh_token_sealed" ~ '^v1\.dek_[0-9a-z]{20}\.[A-Za-z0-9_-]{16}\.[A-Za-z0-9_-]{22,}$')
);
--> statement-breakpoint
ALTER TABLE "authorization_attempts" DROP CONSTRAINT "authorization_attempts_purpose";--> statement-breakpoint
ALTER TABLE "cleanups" ADD COLUMN "account_id" text;--> statement-breakpoint
ALTER TABLE "cleanups" ADD COLUMN "granted_scopes" text[];--> statement-breakpoint
ALTER TABLE "pending_grants" ADD CONSTRAINT "pending_grants_instance_id_provider_instances_id_fk" FOREIGN KEY ("instance_id") REFERENCES "public"."provider_instances"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "pending_grants" ADD CONSTRAINT "pending_grants_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "pending_grants" ADD CONSTRAINT "pending_grants_session_id_sessions_id_fk" FOREIGN KEY ("session_id") REFERENCES "public"."sessions"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "pending_grants" ADD CONSTRAINT "pending_grants_integration" FOREIGN KEY ("project_id","integration_id") REFERENCES "public"."integrations"("project_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "pending_grants_expires_at" ON "pending_grants" USING btree ("expires_at");--> statement-breakpoint
ALTER TABLE "authorization_attempts" ADD CONSTRAINT "authorization_attempts_purpose" CHECK ("authorization_attempts"."purpose" in ('connect', 'reauthorize', 'replace'));