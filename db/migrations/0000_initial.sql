CREATE TABLE "apps" (
	"id" text PRIMARY KEY NOT NULL,
	"project_id" text NOT NULL,
	"name" text NOT NULL,
	"host" text NOT NULL,
	"build_kind" text DEFAULT 'none' NOT NULL,
	"install_command" text,
	"build_command" text,
	"output_directory" text DEFAULT '' NOT NULL,
	"last_deployment_number" integer DEFAULT 0 NOT NULL,
	"live_deployment_id" text,
	"created_by" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "apps_host_unique" UNIQUE("host"),
	CONSTRAINT "apps_project_id_id" UNIQUE("project_id","id"),
	CONSTRAINT "apps_build_kind" CHECK ("apps"."build_kind" in ('none', 'commands'))
);
--> statement-breakpoint
CREATE TABLE "hooks" (
	"id" text PRIMARY KEY NOT NULL,
	"project_id" text NOT NULL,
	"repository_id" text NOT NULL,
	"integration_id" text,
	"external_id" text,
	"address" text,
	"secret_sealed" text NOT NULL,
	"secret_generation" integer DEFAULT 1 NOT NULL,
	"previous_secret_sealed" text,
	"previous_secret_until" timestamp with time zone,
	"status" text DEFAULT 'registering' NOT NULL,
	"status_reason" text,
	"status_since" timestamp with time zone DEFAULT now() NOT NULL,
	"last_delivery_at" timestamp with time zone,
	"rejected_count" integer DEFAULT 0 NOT NULL,
	"rejected_at" timestamp with time zone,
	"check_at" timestamp with time zone,
	"lease_token" text,
	"lease_until" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "hooks_repository_id_unique" UNIQUE("repository_id"),
	CONSTRAINT "hooks_status" CHECK ("hooks"."status" in ('registering', 'active', 'refused', 'missing', 'failing')),
	CONSTRAINT "hooks_secret_sealed" CHECK ("hooks"."secret_sealed" ~ '^v1\.dek_[0-9a-z]{20}\.[A-Za-z0-9_-]{16}\.[A-Za-z0-9_-]{22,}$'),
	CONSTRAINT "hooks_previous_secret_sealed" CHECK ("hooks"."previous_secret_sealed" ~ '^v1\.dek_[0-9a-z]{20}\.[A-Za-z0-9_-]{16}\.[A-Za-z0-9_-]{22,}$')
);
--> statement-breakpoint
CREATE TABLE "repositories" (
	"id" text PRIMARY KEY NOT NULL,
	"project_id" text NOT NULL,
	"provider" text NOT NULL,
	"origin" text NOT NULL,
	"external_id" text NOT NULL,
	"full_name" text NOT NULL,
	"clone_url" text NOT NULL,
	"web_url" text NOT NULL,
	"default_branch" text NOT NULL,
	"is_private" boolean NOT NULL,
	"poll_at" timestamp with time zone,
	"polled_at" timestamp with time zone,
	"poll_failures" integer DEFAULT 0 NOT NULL,
	"poll_error" text,
	"lease_token" text,
	"lease_until" timestamp with time zone,
	"gone_at" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "repositories_project_id_id" UNIQUE("project_id","id"),
	CONSTRAINT "repositories_external" UNIQUE("project_id","origin","external_id")
);
--> statement-breakpoint
CREATE TABLE "sources" (
	"app_id" text PRIMARY KEY NOT NULL,
	"project_id" text NOT NULL,
	"repository_id" text NOT NULL,
	"integration_id" text,
	"branch" text NOT NULL,
	"root_directory" text DEFAULT '' NOT NULL,
	"auto_deploy" boolean DEFAULT true NOT NULL,
	"lost_integration_id" text,
	"lost_at" timestamp with time zone,
	"bound_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "deployment_logs" (
	"deployment_id" text NOT NULL,
	"first_line" integer NOT NULL,
	"lines" jsonb NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "deployment_logs_deployment_id_first_line_pk" PRIMARY KEY("deployment_id","first_line")
);
--> statement-breakpoint
CREATE TABLE "deployments" (
	"id" text PRIMARY KEY NOT NULL,
	"project_id" text NOT NULL,
	"app_id" text NOT NULL,
	"number" integer NOT NULL,
	"kind" text NOT NULL,
	"trigger" text NOT NULL,
	"triggered_by" text,
	"push_id" text,
	"repository_id" text NOT NULL,
	"repository_name" text NOT NULL,
	"integration_id" text,
	"ref" text NOT NULL,
	"commit" text NOT NULL,
	"commit_message" text DEFAULT '' NOT NULL,
	"commit_author" text DEFAULT '' NOT NULL,
	"plan" jsonb NOT NULL,
	"status" text DEFAULT 'queued' NOT NULL,
	"reason" text,
	"sentence" text,
	"step" text,
	"run_at" timestamp with time zone,
	"attempts" integer DEFAULT 0 NOT NULL,
	"lost_leases" integer DEFAULT 0 NOT NULL,
	"lease_token" text,
	"lease_until" timestamp with time zone,
	"worker" text,
	"cancel_requested_at" timestamp with time zone,
	"cancel_reason" text,
	"cancelled_by" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"started_at" timestamp with time zone,
	"checked_out_at" timestamp with time zone,
	"built_at" timestamp with time zone,
	"finished_at" timestamp with time zone,
	"artifact_files" integer,
	"artifact_bytes" bigint,
	"pruned_at" timestamp with time zone,
	"log_bytes" bigint DEFAULT 0 NOT NULL,
	"log_lines" integer DEFAULT 0 NOT NULL,
	CONSTRAINT "deployments_app_number" UNIQUE("app_id","number"),
	CONSTRAINT "deployments_status" CHECK ("deployments"."status" in ('queued', 'building', 'ready', 'failed', 'cancelled')),
	CONSTRAINT "deployments_kind" CHECK ("deployments"."kind" in ('production', 'staging', 'preview')),
	CONSTRAINT "deployments_trigger" CHECK ("deployments"."trigger" in ('push', 'initial', 'manual', 'redeploy', 'catch_up', 'promote', 'ci'))
);
--> statement-breakpoint
CREATE TABLE "workers" (
	"id" text PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"started_at" timestamp with time zone DEFAULT now() NOT NULL,
	"seen_at" timestamp with time zone DEFAULT now() NOT NULL,
	"git_version" text,
	"sandbox" text NOT NULL,
	"sandbox_detail" text
);
--> statement-breakpoint
CREATE TABLE "authorization_attempts" (
	"id" text PRIMARY KEY NOT NULL,
	"project_id" text NOT NULL,
	"instance_id" text NOT NULL,
	"user_id" text NOT NULL,
	"session_id" text NOT NULL,
	"purpose" text NOT NULL,
	"integration_id" text,
	"state_hash" text NOT NULL,
	"nonce_hash" text NOT NULL,
	"scopes" text[] NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"consumed_at" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "authorization_attempts_state_hash_unique" UNIQUE("state_hash"),
	CONSTRAINT "authorization_attempts_purpose" CHECK ("authorization_attempts"."purpose" in ('connect', 'reauthorize'))
);
--> statement-breakpoint
CREATE TABLE "cleanups" (
	"id" text PRIMARY KEY NOT NULL,
	"project_id" text NOT NULL,
	"integration_id" text NOT NULL,
	"instance_id" text,
	"origin" text NOT NULL,
	"position" integer NOT NULL,
	"kind" text NOT NULL,
	"target" jsonb NOT NULL,
	"token_sealed" text,
	"attempt_at" timestamp with time zone,
	"attempts" integer DEFAULT 0 NOT NULL,
	"lease_token" text,
	"lease_until" timestamp with time zone,
	"expires_at" timestamp with time zone NOT NULL,
	"outcome" text,
	"last_error" text,
	"finished_at" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "cleanups_kind" CHECK ("cleanups"."kind" in ('delete_hook', 'revoke_token')),
	CONSTRAINT "cleanups_outcome" CHECK ("cleanups"."outcome" in ('done', 'already_gone', 'refused', 'gave_up', 'forgotten')),
	CONSTRAINT "cleanups_token_sealed" CHECK ("cleanups"."token_sealed" ~ '^v1\.dek_[0-9a-z]{20}\.[A-Za-z0-9_-]{16}\.[A-Za-z0-9_-]{22,}$')
);
--> statement-breakpoint
CREATE TABLE "credentials" (
	"id" text PRIMARY KEY NOT NULL,
	"project_id" text NOT NULL,
	"integration_id" text NOT NULL,
	"access_token_sealed" text NOT NULL,
	"refresh_token_sealed" text,
	"generation" integer DEFAULT 1 NOT NULL,
	"fingerprint" text NOT NULL,
	"access_expires_at" timestamp with time zone,
	"refresh_expires_at" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "credentials_integration_id_unique" UNIQUE("integration_id"),
	CONSTRAINT "credentials_access_token_sealed" CHECK ("credentials"."access_token_sealed" ~ '^v1\.dek_[0-9a-z]{20}\.[A-Za-z0-9_-]{16}\.[A-Za-z0-9_-]{22,}$'),
	CONSTRAINT "credentials_refresh_token_sealed" CHECK ("credentials"."refresh_token_sealed" ~ '^v1\.dek_[0-9a-z]{20}\.[A-Za-z0-9_-]{16}\.[A-Za-z0-9_-]{22,}$')
);
--> statement-breakpoint
CREATE TABLE "integrations" (
	"id" text PRIMARY KEY NOT NULL,
	"project_id" text NOT NULL,
	"provider" text NOT NULL,
	"instance_id" text,
	"origin" text NOT NULL,
	"account_id" text NOT NULL,
	"account_login" text NOT NULL,
	"status" text DEFAULT 'active' NOT NULL,
	"status_reason" text,
	"status_since" timestamp with time zone DEFAULT now() NOT NULL,
	"requested_scopes" text[] DEFAULT '{}' NOT NULL,
	"granted_scopes" text[] DEFAULT '{}' NOT NULL,
	"authorized_by" text,
	"authorized_at" timestamp with time zone DEFAULT now() NOT NULL,
	"last_used_at" timestamp with time zone,
	"check_at" timestamp with time zone,
	"removed_by" text,
	"removed_at" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "integrations_project_id_id" UNIQUE("project_id","id"),
	CONSTRAINT "integrations_status" CHECK ("integrations"."status" in ('active', 'degraded', 'needs_reauthorization', 'paused', 'disconnecting', 'removed')),
	CONSTRAINT "integrations_status_reason" CHECK ("integrations"."status_reason" in ('expired', 'revoked', 'scopes_reduced', 'suspended', 'refresh_lost', 'key_unavailable', 'unreachable', 'rate_limited'))
);
--> statement-breakpoint
CREATE TABLE "provider_instances" (
	"id" text PRIMARY KEY NOT NULL,
	"provider" text NOT NULL,
	"name" text NOT NULL,
	"origin" text NOT NULL,
	"api_url" text NOT NULL,
	"client_type" text DEFAULT 'oauth_app' NOT NULL,
	"client_id" text,
	"client_secret_sealed" text,
	"client_secret_generation" integer DEFAULT 0 NOT NULL,
	"managed_by" text DEFAULT 'admin' NOT NULL,
	"misconfigured_at" timestamp with time zone,
	"misconfigured_reason" text,
	"disabled_at" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "provider_instances_client_type" CHECK ("provider_instances"."client_type" in ('oauth_app', 'github_app')),
	CONSTRAINT "provider_instances_client_secret_sealed" CHECK ("provider_instances"."client_secret_sealed" ~ '^v1\.dek_[0-9a-z]{20}\.[A-Za-z0-9_-]{16}\.[A-Za-z0-9_-]{22,}$')
);
--> statement-breakpoint
CREATE TABLE "instance_settings" (
	"id" text PRIMARY KEY DEFAULT 'instance' NOT NULL,
	"only_admins_create_projects" boolean DEFAULT false NOT NULL,
	"console_url" text,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "members" (
	"project_id" text NOT NULL,
	"user_id" text NOT NULL,
	"role" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "members_role" CHECK ("members"."role" in ('owner', 'admin', 'member', 'viewer'))
);
--> statement-breakpoint
CREATE TABLE "one_time_links" (
	"id" text PRIMARY KEY NOT NULL,
	"purpose" text NOT NULL,
	"token_hash" text NOT NULL,
	"user_id" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"consumed_at" timestamp with time zone,
	CONSTRAINT "one_time_links_token_hash_unique" UNIQUE("token_hash"),
	CONSTRAINT "one_time_links_purpose" CHECK ("one_time_links"."purpose" in ('setup', 'sign_in'))
);
--> statement-breakpoint
CREATE TABLE "projects" (
	"id" text PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"created_by" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "sessions" (
	"id" text PRIMARY KEY NOT NULL,
	"user_id" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"revoked_at" timestamp with time zone,
	"last_seen_at" timestamp with time zone DEFAULT now() NOT NULL,
	"user_agent" text,
	"address" text
);
--> statement-breakpoint
CREATE TABLE "throttles" (
	"key" text PRIMARY KEY NOT NULL,
	"count" integer DEFAULT 0 NOT NULL,
	"resets_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "users" (
	"id" text PRIMARY KEY NOT NULL,
	"email" text NOT NULL,
	"name" text NOT NULL,
	"password_hash" text,
	"is_instance_admin" boolean DEFAULT false NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "deliveries" (
	"id" text PRIMARY KEY NOT NULL,
	"project_id" text NOT NULL,
	"repository_id" text NOT NULL,
	"hook_id" text NOT NULL,
	"delivery_id" text NOT NULL,
	"event" text NOT NULL,
	"body_hash" text NOT NULL,
	"facts" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"outcome" text NOT NULL,
	"push_id" text,
	"repeats" integer DEFAULT 0 NOT NULL,
	"received_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "deliveries_once" UNIQUE("hook_id","delivery_id"),
	CONSTRAINT "deliveries_outcome" CHECK ("deliveries"."outcome" in ('push', 'known', 'deciding', 'ignored', 'ping'))
);
--> statement-breakpoint
CREATE TABLE "heads" (
	"project_id" text NOT NULL,
	"repository_id" text NOT NULL,
	"ref" text NOT NULL,
	"commit" text,
	"seq" bigint DEFAULT 0 NOT NULL,
	"etag" text,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "heads_repository_id_ref_pk" PRIMARY KEY("repository_id","ref")
);
--> statement-breakpoint
CREATE TABLE "pushes" (
	"id" text PRIMARY KEY NOT NULL,
	"project_id" text NOT NULL,
	"repository_id" text NOT NULL,
	"ref" text NOT NULL,
	"seq" bigint NOT NULL,
	"kind" text NOT NULL,
	"before" text,
	"commit" text,
	"message" text DEFAULT '' NOT NULL,
	"author" text DEFAULT '' NOT NULL,
	"pusher" text DEFAULT '' NOT NULL,
	"learned_from" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "pushes_ref_seq" UNIQUE("repository_id","ref","seq"),
	CONSTRAINT "pushes_kind" CHECK ("pushes"."kind" in ('created', 'updated', 'forced', 'deleted')),
	CONSTRAINT "pushes_learned_from" CHECK ("pushes"."learned_from" in ('delivery', 'poll', 'reconcile'))
);
--> statement-breakpoint
CREATE TABLE "verdicts" (
	"id" text PRIMARY KEY NOT NULL,
	"project_id" text NOT NULL,
	"app_id" text NOT NULL,
	"push_id" text,
	"delivery_id" text,
	"verdict" text NOT NULL,
	"facts" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"deployment_id" text,
	"decide_at" timestamp with time zone,
	"lease_token" text,
	"lease_until" timestamp with time zone,
	"attempts" integer DEFAULT 0 NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"decided_at" timestamp with time zone,
	CONSTRAINT "verdicts_verdict" CHECK ("verdicts"."verdict" in ('deploy', 'already_deployed', 'duplicate_delivery', 'branch_not_tracked', 'auto_deploy_off', 'paths_unchanged', 'skip_word', 'branch_deleted', 'tag_ignored', 'superseded_before_start', 'older_than_live', 'integration_paused', 'needs_reauthorization', 'app_disconnected', 'repository_not_allowed', 'repository_gone', 'frozen', 'waiting_for_checks', 'checks_failed', 'fork_not_allowed', 'event_ignored', 'deciding'))
);
--> statement-breakpoint
CREATE TABLE "audit_events" (
	"id" text PRIMARY KEY NOT NULL,
	"chain" text NOT NULL,
	"seq" bigint NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"actor_kind" text NOT NULL,
	"actor_id" text,
	"actor_name" text,
	"event" text NOT NULL,
	"subject_id" text,
	"subject_name" text,
	"facts" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"address" text,
	"previous_hash" text NOT NULL,
	"hash" text NOT NULL,
	CONSTRAINT "audit_events_actor_kind" CHECK ("audit_events"."actor_kind" in ('user', 'worker', 'provider', 'system'))
);
--> statement-breakpoint
CREATE TABLE "audit_heads" (
	"chain" text PRIMARY KEY NOT NULL,
	"seq" bigint NOT NULL,
	"hash" text NOT NULL,
	"key_id" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "data_keys" (
	"id" text PRIMARY KEY NOT NULL,
	"purpose" text NOT NULL,
	"project_id" text,
	"version" integer DEFAULT 1 NOT NULL,
	"wrapped" text NOT NULL,
	"master_fingerprint" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"retired_at" timestamp with time zone,
	CONSTRAINT "data_keys_purpose" CHECK ("data_keys"."purpose" in ('project', 'instance', 'session', 'audit'))
);
--> statement-breakpoint
ALTER TABLE "apps" ADD CONSTRAINT "apps_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "public"."projects"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "apps" ADD CONSTRAINT "apps_live_deployment_id_deployments_id_fk" FOREIGN KEY ("live_deployment_id") REFERENCES "public"."deployments"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "apps" ADD CONSTRAINT "apps_created_by_users_id_fk" FOREIGN KEY ("created_by") REFERENCES "public"."users"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "hooks" ADD CONSTRAINT "hooks_repository" FOREIGN KEY ("project_id","repository_id") REFERENCES "public"."repositories"("project_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "hooks" ADD CONSTRAINT "hooks_integration" FOREIGN KEY ("project_id","integration_id") REFERENCES "public"."integrations"("project_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "repositories" ADD CONSTRAINT "repositories_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "public"."projects"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sources" ADD CONSTRAINT "sources_app" FOREIGN KEY ("project_id","app_id") REFERENCES "public"."apps"("project_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sources" ADD CONSTRAINT "sources_repository" FOREIGN KEY ("project_id","repository_id") REFERENCES "public"."repositories"("project_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sources" ADD CONSTRAINT "sources_integration" FOREIGN KEY ("project_id","integration_id") REFERENCES "public"."integrations"("project_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "deployment_logs" ADD CONSTRAINT "deployment_logs_deployment_id_deployments_id_fk" FOREIGN KEY ("deployment_id") REFERENCES "public"."deployments"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "deployments" ADD CONSTRAINT "deployments_triggered_by_users_id_fk" FOREIGN KEY ("triggered_by") REFERENCES "public"."users"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "deployments" ADD CONSTRAINT "deployments_push_id_pushes_id_fk" FOREIGN KEY ("push_id") REFERENCES "public"."pushes"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "deployments" ADD CONSTRAINT "deployments_cancelled_by_users_id_fk" FOREIGN KEY ("cancelled_by") REFERENCES "public"."users"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "deployments" ADD CONSTRAINT "deployments_app" FOREIGN KEY ("project_id","app_id") REFERENCES "public"."apps"("project_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "authorization_attempts" ADD CONSTRAINT "authorization_attempts_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "public"."projects"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "authorization_attempts" ADD CONSTRAINT "authorization_attempts_instance_id_provider_instances_id_fk" FOREIGN KEY ("instance_id") REFERENCES "public"."provider_instances"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "authorization_attempts" ADD CONSTRAINT "authorization_attempts_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "authorization_attempts" ADD CONSTRAINT "authorization_attempts_session_id_sessions_id_fk" FOREIGN KEY ("session_id") REFERENCES "public"."sessions"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "authorization_attempts" ADD CONSTRAINT "authorization_attempts_integration" FOREIGN KEY ("project_id","integration_id") REFERENCES "public"."integrations"("project_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "cleanups" ADD CONSTRAINT "cleanups_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "public"."projects"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "cleanups" ADD CONSTRAINT "cleanups_instance_id_provider_instances_id_fk" FOREIGN KEY ("instance_id") REFERENCES "public"."provider_instances"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "cleanups" ADD CONSTRAINT "cleanups_integration" FOREIGN KEY ("project_id","integration_id") REFERENCES "public"."integrations"("project_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "credentials" ADD CONSTRAINT "credentials_integration" FOREIGN KEY ("project_id","integration_id") REFERENCES "public"."integrations"("project_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "integrations" ADD CONSTRAINT "integrations_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "public"."projects"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "integrations" ADD CONSTRAINT "integrations_instance_id_provider_instances_id_fk" FOREIGN KEY ("instance_id") REFERENCES "public"."provider_instances"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "integrations" ADD CONSTRAINT "integrations_authorized_by_users_id_fk" FOREIGN KEY ("authorized_by") REFERENCES "public"."users"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "integrations" ADD CONSTRAINT "integrations_removed_by_users_id_fk" FOREIGN KEY ("removed_by") REFERENCES "public"."users"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "members" ADD CONSTRAINT "members_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "public"."projects"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "members" ADD CONSTRAINT "members_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "one_time_links" ADD CONSTRAINT "one_time_links_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "projects" ADD CONSTRAINT "projects_created_by_users_id_fk" FOREIGN KEY ("created_by") REFERENCES "public"."users"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sessions" ADD CONSTRAINT "sessions_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "deliveries" ADD CONSTRAINT "deliveries_push_id_pushes_id_fk" FOREIGN KEY ("push_id") REFERENCES "public"."pushes"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "deliveries" ADD CONSTRAINT "deliveries_repository" FOREIGN KEY ("project_id","repository_id") REFERENCES "public"."repositories"("project_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "heads" ADD CONSTRAINT "heads_repository" FOREIGN KEY ("project_id","repository_id") REFERENCES "public"."repositories"("project_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "pushes" ADD CONSTRAINT "pushes_repository" FOREIGN KEY ("project_id","repository_id") REFERENCES "public"."repositories"("project_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "verdicts" ADD CONSTRAINT "verdicts_push_id_pushes_id_fk" FOREIGN KEY ("push_id") REFERENCES "public"."pushes"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "verdicts" ADD CONSTRAINT "verdicts_delivery_id_deliveries_id_fk" FOREIGN KEY ("delivery_id") REFERENCES "public"."deliveries"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "verdicts" ADD CONSTRAINT "verdicts_app" FOREIGN KEY ("project_id","app_id") REFERENCES "public"."apps"("project_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "data_keys" ADD CONSTRAINT "data_keys_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "public"."projects"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "apps_name_unique" ON "apps" USING btree ("project_id",lower("name"));--> statement-breakpoint
CREATE INDEX "hooks_check_at" ON "hooks" USING btree ("check_at") WHERE "hooks"."check_at" is not null;--> statement-breakpoint
CREATE INDEX "repositories_poll_at" ON "repositories" USING btree ("poll_at") WHERE "repositories"."poll_at" is not null;--> statement-breakpoint
CREATE INDEX "sources_repository_branch" ON "sources" USING btree ("repository_id","branch");--> statement-breakpoint
CREATE INDEX "sources_integration_index" ON "sources" USING btree ("integration_id");--> statement-breakpoint
CREATE UNIQUE INDEX "deployments_once_for_each_push" ON "deployments" USING btree ("app_id","kind","push_id") WHERE "deployments"."trigger" = 'push';--> statement-breakpoint
CREATE UNIQUE INDEX "deployments_one_building" ON "deployments" USING btree ("app_id","kind","ref") WHERE "deployments"."status" = 'building';--> statement-breakpoint
CREATE INDEX "deployments_queued" ON "deployments" USING btree ("run_at") WHERE "deployments"."status" = 'queued';--> statement-breakpoint
CREATE INDEX "deployments_leased" ON "deployments" USING btree ("lease_until") WHERE "deployments"."status" = 'building';--> statement-breakpoint
CREATE INDEX "deployments_integration" ON "deployments" USING btree ("integration_id") WHERE "deployments"."status" in ('queued', 'building');--> statement-breakpoint
CREATE INDEX "authorization_attempts_expires_at" ON "authorization_attempts" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "cleanups_attempt_at" ON "cleanups" USING btree ("attempt_at") WHERE "cleanups"."attempt_at" is not null;--> statement-breakpoint
CREATE INDEX "cleanups_integration_position" ON "cleanups" USING btree ("integration_id","position");--> statement-breakpoint
CREATE UNIQUE INDEX "integrations_one_for_each_account" ON "integrations" USING btree ("project_id","provider","origin","account_id") WHERE "integrations"."status" not in ('disconnecting', 'removed');--> statement-breakpoint
CREATE INDEX "integrations_check_at" ON "integrations" USING btree ("check_at") WHERE "integrations"."check_at" is not null;--> statement-breakpoint
CREATE UNIQUE INDEX "provider_instances_origin" ON "provider_instances" USING btree ("provider","origin");--> statement-breakpoint
CREATE UNIQUE INDEX "members_unique" ON "members" USING btree ("project_id","user_id");--> statement-breakpoint
CREATE INDEX "members_user" ON "members" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "sessions_user" ON "sessions" USING btree ("user_id");--> statement-breakpoint
CREATE UNIQUE INDEX "users_email_unique" ON "users" USING btree (lower("email"));--> statement-breakpoint
CREATE INDEX "deliveries_body" ON "deliveries" USING btree ("hook_id","body_hash");--> statement-breakpoint
CREATE INDEX "deliveries_repository_received" ON "deliveries" USING btree ("repository_id","received_at");--> statement-breakpoint
CREATE INDEX "pushes_repository_created" ON "pushes" USING btree ("repository_id","created_at");--> statement-breakpoint
CREATE UNIQUE INDEX "verdicts_once_for_each_push" ON "verdicts" USING btree ("app_id","push_id") WHERE "verdicts"."push_id" is not null;--> statement-breakpoint
CREATE UNIQUE INDEX "verdicts_once_for_each_delivery" ON "verdicts" USING btree ("app_id","delivery_id") WHERE "verdicts"."push_id" is null and "verdicts"."delivery_id" is not null;--> statement-breakpoint
CREATE INDEX "verdicts_app_created" ON "verdicts" USING btree ("app_id","created_at");--> statement-breakpoint
CREATE INDEX "verdicts_decide_at" ON "verdicts" USING btree ("decide_at") WHERE "verdicts"."decide_at" is not null;--> statement-breakpoint
CREATE UNIQUE INDEX "audit_events_chain_seq" ON "audit_events" USING btree ("chain","seq");--> statement-breakpoint
CREATE INDEX "audit_events_subject" ON "audit_events" USING btree ("subject_id");--> statement-breakpoint
CREATE UNIQUE INDEX "data_keys_current_project" ON "data_keys" USING btree ("project_id") WHERE "data_keys"."project_id" is not null and "data_keys"."retired_at" is null;--> statement-breakpoint
CREATE UNIQUE INDEX "data_keys_current_purpose" ON "data_keys" USING btree ("purpose") WHERE "data_keys"."project_id" is null and "data_keys"."retired_at" is null;--> statement-breakpoint
CREATE INDEX "data_keys_master" ON "data_keys" USING btree ("master_fingerprint");