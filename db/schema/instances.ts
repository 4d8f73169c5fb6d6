import { index, integer, pgTable, text, uniqueIndex } from "drizzle-orm/pg-core";
import { createdAt, id, instant, oneOf, sealed, sealedCheck } from "@/db/schema/columns";

export const CLIENT_TYPES = ["oauth_app", "github_app"] as const;
export type ClientType = (typeof CLIENT_TYPES)[number];

/** One installation of a provider, with its OAuth client. */
export const providerInstances = pgTable(
  "provider_instances",
  {
    id: id("pin"),
    provider: text("provider").notNull(),
    name: text("name").notNull(),
    /** Where people sign in: `https://github.com`. Part of what a ciphertext is bound to. */
    origin: text("origin").notNull(),
    apiUrl: text("api_url").notNull(),
    clientType: text("client_type", { enum: CLIENT_TYPES }).notNull().default("oauth_app"),
    clientId: text("client_id"),
    clientSecretSealed: sealed("client_secret_sealed"),
    clientSecretGeneration: integer("client_secret_generation").notNull().default(0),
    /** While a rotation overlaps: the secret before, tried when the provider refuses the new one. */
    previousClientSecretSealed: sealed("previous_client_secret_sealed"),
    previousClientSecretUntil: instant("previous_client_secret_until"),
    /** Since when the provider takes the previous secret only; null while the new one works, or was not tried yet. */
    previousClientSecretUsedAt: instant("previous_client_secret_used_at"),
    /** What the provider signs its app-level events with; a GitHub App's only. The previous one counts while a rotation overlaps. */
    webhookSecretSealed: sealed("webhook_secret_sealed"),
    webhookSecretGeneration: integer("webhook_secret_generation").notNull().default(0),
    previousWebhookSecretSealed: sealed("previous_webhook_secret_sealed"),
    previousWebhookSecretUntil: instant("previous_webhook_secret_until"),
    webhookHeardAt: instant("webhook_heard_at"),
    webhookRejectedCount: integer("webhook_rejected_count").notNull().default(0),
    /** `environment` rows follow GITHUB_… at every start; `admin` rows are edited on /console. */
    managedBy: text("managed_by", { enum: ["environment", "admin"] })
      .notNull()
      .default("admin"),
    /** Our client was refused (`invalid_client`): the instance's problem, integrations keep their status. */
    misconfiguredAt: instant("misconfigured_at"),
    misconfiguredReason: text("misconfigured_reason"),
    disabledAt: instant("disabled_at"),
    createdAt: createdAt(),
    updatedAt: instant("updated_at").notNull().defaultNow(),
  },
  (t) => [
    uniqueIndex("provider_instances_origin").on(t.provider, t.origin),
    oneOf("provider_instances_client_type", t.clientType, CLIENT_TYPES),
    sealedCheck("provider_instances_client_secret_sealed", t.clientSecretSealed),
    sealedCheck("provider_instances_previous_client_secret_sealed", t.previousClientSecretSealed),
    sealedCheck("provider_instances_webhook_secret_sealed", t.webhookSecretSealed),
    sealedCheck("provider_instances_previous_webhook_secret_sealed", t.previousWebhookSecretSealed),
  ],
);

/** App-level calls that were taken in, so that a repeated one has no second effect. Bodies are not kept. */
export const instanceDeliveries = pgTable(
  "instance_deliveries",
  {
    id: id("ind"),
    instanceId: text("instance_id")
      .notNull()
      .references(() => providerInstances.id, { onDelete: "cascade" }),
    /** The provider's id of the call. */
    deliveryId: text("delivery_id").notNull(),
    event: text("event").notNull(),
    bodyHash: text("body_hash").notNull(),
    /** How many integrations are looked at because of it. */
    affected: integer("affected").notNull().default(0),
    receivedAt: instant("received_at").notNull().defaultNow(),
  },
  (t) => [
    uniqueIndex("instance_deliveries_once").on(t.instanceId, t.deliveryId),
    index("instance_deliveries_received_at").on(t.receivedAt),
  ],
);
