CREATE TABLE "allowed_repositories" (
	"project_id" text NOT NULL,
	"integration_id" text NOT NULL,
	"external_id" text NOT NULL,
	"full_name" text NOT NULL,
	"added_by" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "allowed_repositories_integration_id_external_id_pk" PRIMARY KEY("integration_id","external_id")
);
--> statement-breakpoint
CREATE TABLE "credential_uses" (
	"project_id" text NOT NULL,
	"integration_id" text NOT NULL,
	"day" date NOT NULL,
	"purpose" text NOT NULL,
	"repository_id" text DEFAULT '' NOT NULL,
	"count" integer DEFAULT 1 NOT NULL,
	"last_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "credential_uses_integration_id_day_purpose_repository_id_pk" PRIMARY KEY("integration_id","day","purpose","repository_id")
);
--> statement-breakpoint
ALTER TABLE "integrations" ADD COLUMN "paused_by" text;--> statement-breakpoint
ALTER TABLE "integrations" ADD COLUMN "gap_from" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "integrations" ADD COLUMN "gap_until" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "integrations" ADD COLUMN "is_restricted" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "integrations" ADD COLUMN "removal" jsonb;--> statement-breakpoint
ALTER TABLE "allowed_repositories" ADD CONSTRAINT "allowed_repositories_added_by_users_id_fk" FOREIGN KEY ("added_by") REFERENCES "public"."users"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "allowed_repositories" ADD CONSTRAINT "allowed_repositories_integration" FOREIGN KEY ("project_id","integration_id") REFERENCES "public"."integrations"("project_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "credential_uses" ADD CONSTRAINT "credential_uses_integration" FOREIGN KEY ("project_id","integration_id") REFERENCES "public"."integrations"("project_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "credential_uses_day" ON "credential_uses" USING btree ("day");--> statement-breakpoint
ALTER TABLE "integrations" ADD CONSTRAINT "integrations_paused_by_users_id_fk" FOREIGN KEY ("paused_by") REFERENCES "public"."users"("id") ON DELETE set null ON UPDATE no action;