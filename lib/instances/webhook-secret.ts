import { randomBytes } from "node:crypto";
import { eq, sql } from "drizzle-orm";
import { db, type Executor, providerInstances, type Transaction } from "@/db";
import type { InstanceContext } from "@/lib/access";
import { record } from "@/lib/audit";
import { conflict, notFound } from "@/lib/errors";
import { lockInstance } from "@/lib/instances/change";
import type { InstanceRow } from "@/lib/instances/load";
import { webhookAddress } from "@/lib/instances/webhook-address";
import { redactor } from "@/lib/log";
import { Secret } from "@/lib/secret";
import { open, type Place, seal } from "@/lib/vault";

/** How long calls signed with the secret before are still taken: until the new one is entered at the provider. */
const OVERLAP = sql`now() + interval '1 day'`;

type Owner = Pick<InstanceRow, "id" | "origin" | "webhookSecretGeneration">;
type Field = "webhook_secret" | "previous_webhook_secret";

/** What an instance's webhook secrets are bound to. */
export const webhookSecretPlace = (owner: Owner, field: Field): Place => ({
  projectId: null,
  table: "provider_instances",
  rowId: owner.id,
  field,
  origin: owner.origin,
  generation: owner.webhookSecretGeneration,
});

/** The secrets that an instance's app-level calls may be signed with; only this file opens them. Throws VaultError. */
export async function openWebhookSecrets(row: InstanceRow, executor: Executor = db()): Promise<Secret[]> {
  const { webhookSecretSealed: current, previousWebhookSecretSealed: previous } = row;
  if (!current) return [];
  const secrets = [await open(executor, webhookSecretPlace(row, "webhook_secret"), current)];
  const until = row.previousWebhookSecretUntil;
  if (previous && until && until > new Date()) {
    secrets.push(await open(executor, webhookSecretPlace(row, "previous_webhook_secret"), previous));
  }
  for (const secret of secrets) redactor.add(secret);
  return secrets;
}

/** What an instance admin enters at the provider. The secret is told this once. `replaced`: there was one before, which counts for a day more. */
export type WebhookSetup = { address: string; secret: string; replaced: boolean };

/**
 * Makes a new secret for what a GitHub App tells the console on its own: 256 random bits, sealed. The one before counts for a day, so
 * that nothing is refused until the new one is entered. Throws `conflict` for a client that sends no such events.
 */
export async function generateWebhookSecret(
  ctx: InstanceContext,
  input: { id: string },
): Promise<WebhookSetup> {
  const secret = new Secret(randomBytes(32).toString("base64url"));
  redactor.add(secret);
  const replaced = await db().transaction(async (tx) => {
    const row = await lockInstance(tx, input.id);
    if (!row) throw notFound();
    if (row.clientType !== "github_app") {
      throw conflict("An OAuth app tells nothing on its own. Only a GitHub App has a webhook of its own.");
    }
    await tx
      .update(providerInstances)
      .set(await sealNext(tx, row, secret))
      .where(eq(providerInstances.id, row.id));
    await record(tx, ctx.actor, {
      chain: "instance",
      event: "provider_instance.webhook_secret_generated",
      subjectId: row.id,
      subjectName: row.name,
      facts: { replaced: row.webhookSecretSealed !== null },
    });
    return row.webhookSecretSealed !== null;
  });
  return { address: webhookAddress(input.id), secret: secret.reveal(), replaced };
}

async function sealNext(tx: Transaction, row: InstanceRow, secret: Secret) {
  const [previous] = await openWebhookSecrets(row, tx);
  const next = { ...row, webhookSecretGeneration: row.webhookSecretGeneration + 1 };
  return {
    webhookSecretGeneration: next.webhookSecretGeneration,
    webhookSecretSealed: await seal(tx, webhookSecretPlace(next, "webhook_secret"), secret),
    previousWebhookSecretSealed: previous
      ? await seal(tx, webhookSecretPlace(next, "previous_webhook_secret"), previous)
      : null,
    previousWebhookSecretUntil: previous ? OVERLAP : null,
  };
}
