import { and, count, eq, ne, notInArray } from "drizzle-orm";
import { z } from "zod";
import { db, integrations, newId, providerInstances, type Transaction } from "@/db";
import type { InstanceContext } from "@/lib/access";
import { record } from "@/lib/audit";
import { defaultApiUrl } from "@/lib/env";
import { conflict, notFound } from "@/lib/errors";
import { addressProblem, normalizeAddress } from "@/lib/instances/address";
import { sealClientSecret } from "@/lib/instances/client-secret";
import type { InstanceRow } from "@/lib/instances/load";
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
});
export type InstanceInput = z.infer<typeof instanceInput>;

/** Adds a provider instance, or changes one that an admin manages. Returns its id. */
export async function saveInstance(ctx: InstanceContext, input: InstanceInput): Promise<{ id: string }> {
  const origin = normalizeAddress(input.origin);
  const wanted = { ...input, origin, apiUrl: normalizeAddress(input.apiUrl || defaultApiUrl(origin)) };
  return await db().transaction(async (tx) => {
    await refuseTakenOrigin(tx, wanted);
    const id = input.id ? await change(tx, wanted, input.id) : await add(tx, wanted);
    await record(tx, ctx.actor, {
      chain: "instance",
      event: input.id ? "provider_instance.changed" : "provider_instance.added",
      subjectId: id,
      subjectName: wanted.name,
      facts: { origin, apiUrl: wanted.apiUrl, clientType: wanted.clientType, clientId: wanted.clientId },
    });
    return { id };
  });
}

async function refuseTakenOrigin(
  tx: Transaction,
  { provider, origin, id = "" }: InstanceInput,
): Promise<void> {
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

async function add(tx: Transaction, wanted: InstanceInput): Promise<string> {
  if (!wanted.clientSecret) throw secretMissing("Paste the client secret as the provider shows it.");
  const owner = { id: newId("pin"), origin: wanted.origin, clientSecretGeneration: 1 };
  const clientSecretSealed = await sealClientSecret(tx, owner, new Secret(wanted.clientSecret));
  await tx
    .insert(providerInstances)
    .values({ ...plain(wanted), ...owner, clientSecretSealed, managedBy: "admin" });
  return owner.id;
}

/** What an account's token was issued by and is sent to: it is worth nothing, or is told to a stranger, when one of them changes. */
const GRANTED_TO = ["origin", "apiUrl", "clientId", "clientType"] as const;

async function change(tx: Transaction, wanted: InstanceInput, id: string): Promise<string> {
  const [row] = await tx.select().from(providerInstances).where(eq(providerInstances.id, id)).for("update");
  if (!row) throw notFound();
  if (row.managedBy === "environment") {
    throw conflict("The environment sets this one (GITHUB_…). Change the variables and start again.");
  }
  const changed = GRANTED_TO.find((field) => row[field] !== wanted[field]);
  if (changed) await refuseWhileUsed(tx, row, changed);
  const secret = await nextSecret(tx, row, wanted);
  await tx
    .update(providerInstances)
    .set({
      ...plain(wanted),
      ...secret,
      misconfiguredAt: null,
      misconfiguredReason: null,
      updatedAt: new Date(),
    })
    .where(eq(providerInstances.id, id));
  return id;
}

const plain = ({ provider, name, origin, apiUrl, clientType, clientId }: InstanceInput) => ({
  provider,
  name,
  origin,
  apiUrl,
  clientType,
  clientId,
});

/** A secret belongs to one client at one address: with another client or address it has to be entered again. */
async function nextSecret(tx: Transaction, row: InstanceRow, wanted: InstanceInput) {
  if (!wanted.clientSecret) {
    const isSameAddress = row.origin === wanted.origin && row.apiUrl === wanted.apiUrl;
    if (row.clientSecretSealed && row.clientId === wanted.clientId && isSameAddress) return {};
    throw secretMissing("This client needs its own secret: paste it too.");
  }
  const owner = { id: row.id, origin: wanted.origin, clientSecretGeneration: row.clientSecretGeneration + 1 };
  return {
    clientSecretGeneration: owner.clientSecretGeneration,
    clientSecretSealed: await sealClientSecret(tx, owner, new Secret(wanted.clientSecret)),
  };
}

const secretMissing = (message: string) => conflict(message, { clientSecret: message });

async function refuseWhileUsed(
  tx: Transaction,
  row: InstanceRow,
  field: (typeof GRANTED_TO)[number],
): Promise<void> {
  const [used] = await tx
    .select({ number: count() })
    .from(integrations)
    .where(and(eq(integrations.instanceId, row.id), notInArray(integrations.status, ["removed"])));
  if (!used?.number) return;
  const isAddress = field === "origin" || field === "apiUrl";
  const message = isAddress
    ? `${used.number} integrations were authorized at ${row[field]}. Add the other address as an instance of its own.`
    : `${used.number} integrations were authorized with the client ${row.clientId}. Remove them first, then change the client.`;
  throw conflict(message, { [field]: message });
}
