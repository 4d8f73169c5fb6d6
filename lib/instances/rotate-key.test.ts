import { eq, sql } from "drizzle-orm";
import { beforeAll, beforeEach, expect, test } from "vitest";
import { auditEvents, dataKeys, db, invitations, mails, newId, providerInstances } from "@/db";
import { loadInstanceRow, openWebhookSecrets, rotateInstanceData } from "@/lib/instances";
import {
  openClientSecret,
  openPreviousSecret,
  sealAsPrevious,
  sealClientSecret,
} from "@/lib/instances/client-secret";
import type { InstanceRow } from "@/lib/instances/load";
import { NO_PREVIOUS } from "@/lib/instances/previous-secret";
import { webhookSecretPlace } from "@/lib/instances/webhook-secret";
import { openMailBody, sealMailBody } from "@/lib/mail/mail-body";
import { Secret } from "@/lib/secret";
import { useTestDatabase } from "@/lib/testing/database";
import { somebodyWaits } from "@/lib/testing/locks";
import { addProject } from "@/lib/testing/people";
import { dropUnusedKeys, seal } from "@/lib/vault";
import { instanceColumns } from "@/lib/vault/retired-keys";

useTestDatabase();
let projectId: string;
let instanceId: string;
let mailId: string;

beforeAll(async () => {
  projectId = (await addProject()).projectId;
});

/** Something in every column of the instance's that holds secrets. */
beforeEach(async () => {
  await db().delete(providerInstances);
  await db().delete(mails);
  await db().delete(invitations);
  instanceId = newId("pin");
  const owner = {
    id: instanceId,
    origin: "https://git.example",
    clientSecretGeneration: 2,
    webhookSecretGeneration: 3,
  };
  const before = await sealClientSecret(
    db(),
    { ...owner, clientSecretGeneration: 1 },
    new Secret("client one"),
  );
  const earlier = { ...owner, clientSecretGeneration: 1, clientSecretSealed: before };
  const later = () => new Date(Date.now() + 3_600_000);
  await db()
    .insert(providerInstances)
    .values({
      ...owner,
      ...{ provider: "github", name: "Git", apiUrl: "https://git.example/api/v3", clientId: "client" },
      clientSecretSealed: await sealClientSecret(db(), owner, new Secret("client two")),
      previousClientSecretSealed: await sealAsPrevious(db(), earlier, 2, new Secret("client two")),
      previousClientSecretUntil: later(),
      webhookSecretSealed: await seal(
        db(),
        webhookSecretPlace(owner, "webhook_secret"),
        new Secret("hook two"),
      ),
      previousWebhookSecretSealed: await seal(
        db(),
        webhookSecretPlace(owner, "previous_webhook_secret"),
        new Secret("hook one"),
      ),
      previousWebhookSecretUntil: later(),
    });
  const [invitation] = await db()
    .insert(invitations)
    .values({
      projectId,
      email: "noor@example.com",
      role: "viewer",
      tokenHash: newId("inv"),
      expiresAt: later(),
    })
    .returning({ id: invitations.id });
  mailId = newId("mal");
  await db()
    .insert(mails)
    .values({
      ...{ id: mailId, invitationId: invitation?.id ?? "", toAddress: "noor@example.com", subject: "Hello" },
      ...{ bodySealed: await sealMailBody(db(), mailId, new Secret("the link")), expiresAt: later() },
    });
});

const rowOf = async (): Promise<InstanceRow> => {
  const row = await loadInstanceRow(instanceId);
  if (!row) throw new Error("no instance");
  return row;
};
async function openAll() {
  const row = await rowOf();
  const [mail] = await db().select().from(mails).where(eq(mails.id, mailId));
  const secrets = [
    await openClientSecret(db(), row, row.clientSecretSealed ?? ""),
    await openPreviousSecret(db(), row, row.previousClientSecretSealed ?? ""),
    ...(await openWebhookSecrets(row)),
    await openMailBody(db(), mailId, mail?.bodySealed ?? ""),
  ];
  return secrets.map((secret) => secret.reveal());
}
const ALL = ["client two", "client one", "hook two", "hook one", "the link"];

const keys = () =>
  db().select().from(dataKeys).where(eq(dataKeys.purpose, "instance")).orderBy(dataKeys.version);
const currentKey = async () => (await keys()).find(({ retiredAt }) => retiredAt === null)?.id;
async function namedKeys(): Promise<string[]> {
  const named = new Set<string>();
  for (const { table, column } of await instanceColumns(db())) {
    const { rows } = await db().execute<{ key: string }>(
      sql`select split_part(${sql.identifier(column)}, '.', 2) as key from ${sql.identifier(table)}
        where ${sql.identifier(column)} is not null`,
    );
    for (const { key } of rows) named.add(key);
  }
  return [...named];
}
const ageKeys = () =>
  db()
    .update(dataKeys)
    .set({ retiredAt: sql`${dataKeys.retiredAt} - interval '2 hours'` })
    .where(eq(dataKeys.purpose, "instance"));

test("seals everything that the instance holds anew, and records it", async () => {
  expect(await rotateInstanceData()).toEqual({ resealed: 2, failed: 0, isResumed: false });
  expect(await namedKeys()).toEqual([await currentKey()]);
  expect(await openAll()).toEqual(ALL);
  const events = await db().select().from(auditEvents).where(eq(auditEvents.event, "instance.key_rotated"));
  expect(events.at(-1)).toMatchObject({
    chain: "instance",
    actorName: "Command line",
    facts: { dataKeyId: await currentKey() },
  });
});

test("knows every sealed column that is no project's: a new one needs its own place here", async () => {
  expect(await instanceColumns(db())).toEqual([
    { table: "mails", column: "body_sealed" },
    { table: "provider_instances", column: "client_secret_sealed" },
    { table: "provider_instances", column: "previous_client_secret_sealed" },
    { table: "provider_instances", column: "previous_webhook_secret_sealed" },
    { table: "provider_instances", column: "webhook_secret_sealed" },
  ]);
});

test("never overwrites a secret that is replaced at that moment", async () => {
  const next = { id: instanceId, origin: "https://git.example", clientSecretGeneration: 3 };
  const clientSecretSealed = await sealClientSecret(db(), next, new Secret("client three"));
  let rotating: ReturnType<typeof rotateInstanceData> | undefined;
  await db().transaction(async (tx) => {
    await tx
      .update(providerInstances)
      .set({ ...next, clientSecretSealed, ...NO_PREVIOUS })
      .where(eq(providerInstances.id, instanceId));
    rotating = rotateInstanceData();
    // It has read the row as it was, and waits to write it.
    await somebodyWaits();
  });
  expect(await rotating).toMatchObject({ failed: 0 });
  const row = await rowOf();
  expect((await openClientSecret(db(), row, row.clientSecretSealed ?? "")).reveal()).toBe("client three");
  expect(row.previousClientSecretSealed).toBeNull();
  expect(await namedKeys()).toEqual([await currentKey()]);
});

test("that was not finished is finished by the next call; the key before goes once nothing names it, an hour later", async () => {
  const [before] = await db().select().from(mails).where(eq(mails.id, mailId));
  await rotateInstanceData();
  await db()
    .update(mails)
    .set({ bodySealed: before?.bodySealed ?? "" })
    .where(eq(mails.id, mailId));
  await ageKeys();
  await dropUnusedKeys();
  expect(await openAll()).toEqual(ALL);
  const count = (await keys()).length;
  expect(await rotateInstanceData()).toEqual({ resealed: 1, failed: 0, isResumed: true });
  expect(await keys()).toHaveLength(count);
  await dropUnusedKeys();
  expect(await keys()).toHaveLength(1);
  await rotateInstanceData();
  await dropUnusedKeys();
  expect(await keys()).toHaveLength(2);
  expect(await openAll()).toEqual(ALL);
});
