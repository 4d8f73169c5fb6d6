import { and, eq, ne } from "drizzle-orm";
import { z } from "zod";
import { db, newId, providerInstances, type Transaction } from "@/db";
import type { InstanceContext } from "@/lib/access";
import { record } from "@/lib/audit";
import { defaultApiUrl } from "@/lib/env";
import { conflict, notFound } from "@/lib/errors";
import { addressProblem, normalizeAddress } from "@/lib/instances/address";
import {
  countUse,
  endsGrants,
  lockInstance,
  movesAddress,
  refuseEnvironments,
  type Used,
  type WipeGrants,
} from "@/lib/instances/change";
import { sealClientSecret } from "@/lib/instances/client-secret";
import { requireConfirmation } from "@/lib/instances/confirm-change";
import type { InstanceRow } from "@/lib/instances/load";
import { keepAsPrevious, NO_PREVIOUS } from "@/lib/instances/previous-secret";
import { Secret } from "@/lib/secret";

const address = z.string().superRefine((text, ctx) => {
  const problem = addressProblem(text);
  if (problem) ctx.addIssue({ code: "custom", message: problem });
});

/** What the form on /console sends. An empty secret keeps the one that is sealed. */
export const instanceInput = z.strictObject({
  id: z.string().optional(),
  provider: z.literal("github"),
  name: z.string().trim().min(1, "Give it a name people recognize.").max(60, "Sixty characters at most."),
  origin: address,
  /** Empty: derived from the web address. */
  apiUrl: z.union([z.literal(""), address]).default(""),
  clientType: z.enum(["oauth_app", "github_app"]),
  clientId: z
    .string()
    .trim()
    .regex(/^[\w.-]{4,100}$/, "Paste the client id as the provider shows it."),
  clientSecret: z.string().trim().max(200, "This is too long for a client secret.").default(""),
  /** The instance's name, typed: asked for when a change ends what was authorized there. */
  confirmation: z.string().trim().max(200).default(""),
});
export type InstanceInput = z.input<typeof instanceInput>;
type Wanted = z.output<typeof instanceInput>;

/**
 * Adds a provider instance, or changes one that an admin manages. A new client secret is used beside the one before until it has
 * been accepted. Another address or client ends what was authorized there and erases what is sealed: `wipe` does so once the admin
 * has typed the name. Returns its id.
 */
export async function saveInstance(
  ctx: InstanceContext,
  input: Wanted,
  wipe: WipeGrants,
): Promise<{ id: string }> {
  const origin = normalizeAddress(input.origin);
  const wanted = { ...input, origin, apiUrl: normalizeAddress(input.apiUrl || defaultApiUrl(origin)) };
  return await db().transaction(async (tx) => {
    await refuseTakenOrigin(tx, wanted);
    const facts = input.id ? await change(tx, ctx, { ...wanted, id: input.id }, wipe) : await add(tx, wanted);
    await record(tx, ctx.actor, {
      chain: "instance",
      event: input.id ? "provider_instance.changed" : "provider_instance.added",
      subjectId: facts.id,
      subjectName: wanted.name,
      facts: {
        origin,
        apiUrl: wanted.apiUrl,
        clientType: wanted.clientType,
        clientId: wanted.clientId,
        isSecretNew: wanted.clientSecret !== "",
        ...facts.wiped,
      },
    });
    return { id: facts.id };
  });
}

async function refuseTakenOrigin(tx: Transaction, { provider, origin, id = "" }: Wanted): Promise<void> {
  const [taken] = await tx
    .select({ name: providerInstances.name })
    .from(providerInstances)
    .where(
      and(
        eq(providerInstances.provider, provider),
        eq(providerInstances.origin, origin),
        ne(providerInstances.id, id),
      ),
    );
  if (!taken) return;
  const message = `${taken.name} has this address already. Change that one instead.`;
  throw conflict(message, { origin: message });
}

type Saved = { id: string; wiped?: Used };

async function add(tx: Transaction, wanted: Wanted): Promise<Saved> {
  if (!wanted.clientSecret) throw secretMissing("Paste the client secret as the provider shows it.");
  const owner = { id: newId("pin"), origin: wanted.origin, clientSecretGeneration: 1 };
  const clientSecretSealed = await sealClientSecret(tx, owner, new Secret(wanted.clientSecret));
  await tx
    .insert(providerInstances)
    .values({ ...plain(wanted), ...owner, clientSecretSealed, managedBy: "admin" });
  return { id: owner.id };
}

async function change(
  tx: Transaction,
  ctx: InstanceContext,
  wanted: Wanted & { id: string },
  wipe: WipeGrants,
): Promise<Saved> {
  const row = await lockInstance(tx, wanted.id);
  if (!row) throw notFound();
  refuseEnvironments(row);
  // Before the first client there is nothing that was granted to another one.
  const isEnd = row.clientId !== null && endsGrants(row, wanted);
  const used = isEnd ? await countUse(tx, row.id) : { integrations: 0, projects: 0 };
  if (isEnd) requireConfirmation(row, wanted, used);
  const secret = await nextSecret(tx, row, wanted);
  if (isEnd) await wipe(tx, ctx.actor, { instance: row, origin: wanted.origin });
  await tx
    .update(providerInstances)
    .set({
      ...plain(wanted),
      ...secret,
      ...(movesAddress(row, wanted) ? NO_WEBHOOK : {}),
      misconfiguredAt: null,
      misconfiguredReason: null,
      updatedAt: new Date(),
    })
    .where(eq(providerInstances.id, row.id));
  return { id: row.id, ...(used.integrations > 0 ? { wiped: used } : {}) };
}

/** What the old address signed its events with proves nothing about the new one. */
const NO_WEBHOOK = {
  webhookSecretSealed: null,
  previousWebhookSecretSealed: null,
  previousWebhookSecretUntil: null,
} as const;

const plain = ({ provider, name, origin, apiUrl, clientType, clientId }: Wanted) => ({
  provider,
  name,
  origin,
  apiUrl,
  clientType,
  clientId,
});

/**
 * A secret belongs to one client at one address. Another address erases it unless a new one is given; another client needs its own.
 * A new one for the same client is a rotation: the one before goes on until the new one is accepted.
 */
async function nextSecret(tx: Transaction, row: InstanceRow, wanted: Wanted) {
  const generation = row.clientSecretGeneration + 1;
  const isSameClient = row.clientId === wanted.clientId && row.clientType === wanted.clientType;
  const isMoved = movesAddress(row, wanted);
  if (!wanted.clientSecret) {
    if (isSameClient && !isMoved && row.clientSecretSealed) return {};
    if (!isSameClient || !row.clientSecretSealed)
      throw secretMissing("This client needs its own secret: paste it too.");
    return { clientSecretGeneration: generation, clientSecretSealed: null, ...NO_PREVIOUS };
  }
  const owner = { id: row.id, origin: wanted.origin, clientSecretGeneration: generation };
  return {
    clientSecretGeneration: generation,
    clientSecretSealed: await sealClientSecret(tx, owner, new Secret(wanted.clientSecret)),
    ...(isSameClient && !isMoved
      ? await keepAsPrevious(tx, row, generation, new Secret(wanted.clientSecret))
      : NO_PREVIOUS),
  };
}

const secretMissing = (message: string) => conflict(message, { clientSecret: message });
