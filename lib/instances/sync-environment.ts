import { and, eq, ne } from "drizzle-orm";
import { db, providerInstances, type Transaction } from "@/db";
import { systemActor } from "@/lib/access";
import { record } from "@/lib/audit";
import { env } from "@/lib/env";
import { addressProblem, normalizeAddress } from "@/lib/instances/address";
import { endsGrants, type WipeGrants } from "@/lib/instances/change";
import { openClientSecret, sealClientSecret } from "@/lib/instances/client-secret";
import { freeInstanceId } from "@/lib/instances/instance-id";
import type { InstanceRow } from "@/lib/instances/load";
import { keepAsPrevious, NO_PREVIOUS } from "@/lib/instances/previous-secret";
import { Secret } from "@/lib/secret";

const PROVIDER = "github";
/** One process at a time: several web processes may start together. */
const LOCK = 7_301_002;

/**
 * Makes the first GitHub instance follow GITHUB_URL, GITHUB_API_URL, GITHUB_CLIENT_ID and GITHUB_CLIENT_SECRET. Without a
 * client in the environment the row is there all the same, for an instance admin to complete on /console. Another secret of the same
 * client is a rotation, and another API address or client ends what was authorized there, both as on /console; whoever changes the
 * environment has been told in docs/operations.md.
 */
export async function syncEnvironmentInstance(wipe: WipeGrants): Promise<void> {
  const wanted = readWanted();
  await db().transaction(async (tx) => {
    await tx.execute(`select pg_advisory_xact_lock(${LOCK})`);
    await releaseOthers(tx, wanted.origin);
    const row = await ensureRow(tx, wanted);
    if (wanted.client) await follow(tx, row, { ...wanted, client: wanted.client }, wipe);
    else await releaseOne(tx, row);
  });
}

type Client = { id: string; secret: Secret };
type Wanted = { origin: string; apiUrl: string; client: Client | null };

function readWanted(): Wanted {
  const settings = env();
  for (const [name, value] of [
    ["GITHUB_URL", settings.GITHUB_URL],
    ["GITHUB_API_URL", settings.GITHUB_API_URL],
  ] as const) {
    const problem = addressProblem(value);
    if (problem) throw new Error(`${name} cannot be used. ${problem}`);
  }
  const { GITHUB_CLIENT_ID: id, GITHUB_CLIENT_SECRET: secret } = settings;
  if (Boolean(id) !== Boolean(secret)) {
    throw new Error("Set both GITHUB_CLIENT_ID and GITHUB_CLIENT_SECRET, or neither.");
  }
  return {
    origin: normalizeAddress(settings.GITHUB_URL),
    apiUrl: normalizeAddress(settings.GITHUB_API_URL),
    client: id && secret ? { id, secret: new Secret(secret) } : null,
  };
}

/** What the environment named before stays usable, under the admin's care: its integrations go on. */
async function releaseOthers(tx: Transaction, origin: string): Promise<void> {
  await tx
    .update(providerInstances)
    .set({ managedBy: "admin" })
    .where(and(eq(providerInstances.managedBy, "environment"), ne(providerInstances.origin, origin)));
}

async function releaseOne(tx: Transaction, row: InstanceRow): Promise<void> {
  if (row.managedBy === "admin") return;
  await tx.update(providerInstances).set({ managedBy: "admin" }).where(eq(providerInstances.id, row.id));
}

async function ensureRow(tx: Transaction, wanted: Wanted): Promise<InstanceRow> {
  const same = and(eq(providerInstances.provider, PROVIDER), eq(providerInstances.origin, wanted.origin));
  const [known] = await tx.select().from(providerInstances).where(same).for("update");
  if (known) return known;
  const [made] = await tx
    .insert(providerInstances)
    .values({
      id: await freeInstanceId(tx, PROVIDER, wanted.origin),
      provider: PROVIDER,
      name: "GitHub",
      origin: wanted.origin,
      apiUrl: wanted.apiUrl,
      managedBy: "admin",
    })
    .returning();
  if (!made) throw new Error("The provider instance could not be written.");
  return made;
}

/** Writes only what changed, so that a restart does not seal the same secret again. */
async function follow(
  tx: Transaction,
  row: InstanceRow,
  { client, ...wanted }: Wanted & { client: Client },
  wipe: WipeGrants,
): Promise<void> {
  const isSameSecret = row.clientId === client.id && (await holds(tx, row, client.secret));
  const isSame = isSameSecret && row.apiUrl === wanted.apiUrl && row.managedBy === "environment";
  if (isSame) return;
  const after = { ...row, apiUrl: wanted.apiUrl, clientId: client.id };
  const isEnd = row.clientId !== null && endsGrants(row, after);
  if (isEnd) {
    await wipe(tx, systemActor("Environment"), { instance: row, origin: row.origin });
  }
  await tx
    .update(providerInstances)
    .set({
      clientId: client.id,
      apiUrl: wanted.apiUrl,
      managedBy: "environment",
      misconfiguredAt: null,
      misconfiguredReason: null,
      updatedAt: new Date(),
      ...(isSameSecret ? {} : await sealAnew(tx, row, client.secret)),
      ...(isEnd ? NO_PREVIOUS : {}),
    })
    .where(eq(providerInstances.id, row.id));
  await record(tx, systemActor("Environment"), {
    chain: "instance",
    event: "provider_instance.changed",
    subjectId: row.id,
    subjectName: row.name,
    facts: { origin: row.origin, apiUrl: wanted.apiUrl, clientId: client.id, isSecretNew: !isSameSecret },
  });
}

async function sealAnew(tx: Transaction, row: InstanceRow, secret: Secret) {
  const owner = { ...row, clientSecretGeneration: row.clientSecretGeneration + 1 };
  return {
    clientSecretGeneration: owner.clientSecretGeneration,
    clientSecretSealed: await sealClientSecret(tx, owner, secret),
    // The one before goes on until the new one is accepted.
    ...(await keepAsPrevious(tx, row, owner.clientSecretGeneration, secret)),
  };
}

async function holds(tx: Transaction, row: InstanceRow, secret: Secret): Promise<boolean> {
  if (!row.clientSecretSealed) return false;
  const current = await openClientSecret(tx, row, row.clientSecretSealed);
  return current.reveal() === secret.reveal();
}
