import { createHmac, randomBytes, randomUUID } from "node:crypto";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { eq, sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { credentials, db, instanceDeliveries, integrations, newId, providerInstances } from "@/db";
import { loadInstanceContext } from "@/lib/access";
import { transition } from "@/lib/credentials/status";
import { eraseEndedSecrets, generateWebhookSecret, type ReadyInstance } from "@/lib/instances";
import { runDueChecks } from "@/lib/integrations";
import { useTestDatabase } from "@/lib/testing/database";
import { addDesk, addInstance, connect, useForge } from "@/lib/testing/forge";
import { addUser, sessionOf } from "@/lib/testing/people";
import { handleWebhook } from "@/server/webhooks";

useTestDatabase();
const { forge } = useForge();
let instance: ReadyInstance;
let server: Server;
let origin = "";
let secret = "";

beforeAll(async () => {
  server = createServer((request, response) => void handleWebhook(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  instance = await addInstance(forge(), { type: "github_app" });
  secret = await generate();
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

async function generate(id = instance.id): Promise<string> {
  const admin = loadInstanceContext(sessionOf(await addUser({ isInstanceAdmin: true })));
  const setup = await generateWebhookSecret(admin, { id });
  expect(setup.address).toMatch(new RegExp(`/api/webhooks/github/instance/${id}$`));
  await forge().admin.setClientWebhook(instance.clientId, { url: pathOf(id), secret: setup.secret });
  return setup.secret;
}

const pathOf = (id: string) => `${origin}/api/webhooks/github/instance/${id}`;
const never = new AbortController().signal;
const newLogin = () => `user-${randomBytes(4).toString("hex")}`;

async function account(): Promise<{ login: string; id: number }> {
  const login = newLogin();
  const { id } = await forge().admin.createUser({ login });
  await forge().admin.installApp(instance.clientId, login);
  await forge().admin.deliveriesIdle();
  return { login, id };
}

async function connected(login: string) {
  const desk = await addDesk();
  return { projectId: desk.projectId, integrationId: await connect(desk, instance, { login }) };
}

const statusOf = async ({ integrationId }: { integrationId: string }) => {
  const [row] = await db().select().from(integrations).where(eq(integrations.id, integrationId));
  return [row?.status, row?.statusReason];
};

const sign = (body: string, key: string) => `sha256=${createHmac("sha256", key).update(body).digest("hex")}`;
const revokedBody = (id: number) => JSON.stringify({ action: "revoked", sender: { id, login: "x" } });

type Sent = { path?: string; headers?: Record<string, string>; delivery?: string; event?: string };
async function send(body: string, { path = pathOf(instance.id), headers, delivery, event }: Sent = {}) {
  const answer = await fetch(path, {
    method: "POST",
    body,
    headers: {
      "content-type": "application/json",
      "x-github-delivery": delivery ?? randomUUID(),
      "x-github-event": event ?? "github_app_authorization",
      ...(headers ?? { "x-hub-signature-256": sign(body, secret) }),
    },
  });
  return { status: answer.status, text: await answer.text() };
}

describe("an authorization that was taken back at the provider", () => {
  test("reaches every project that uses the account, and nobody else", async () => {
    const [gone, other] = [await account(), await account()];
    const three = [await connected(gone.login), await connected(gone.login), await connected(gone.login)];
    const stays = await connected(other.login);
    await forge().admin.revokeGrant(gone.login, instance.clientId);
    await forge().admin.deliveriesIdle();
    const [delivery] = (await forge().admin.deliveries({ event: "github_app_authorization" })).slice(-1);
    expect(delivery).toMatchObject({ statusCode: 202, responseBody: '{"outcome":"revoked"}' });
    // Told is not proven: nothing changed before the provider was asked.
    expect(await statusOf(three[0] as never)).toEqual(["active", null]);
    await runDueChecks(never);
    for (const one of three) expect(await statusOf(one)).toEqual(["needs_reauthorization", "revoked"]);
    expect(await statusOf(stays)).toEqual(["active", null]);
  });

  test("that the provider does not confirm changes nothing", async () => {
    const { login, id } = await account();
    const one = await connected(login);
    expect(await send(revokedBody(id))).toEqual({ status: 202, text: '{"outcome":"revoked"}' });
    await runDueChecks(never);
    expect(await statusOf(one)).toEqual(["active", null]);
    const [row] = await db().select().from(integrations).where(eq(integrations.id, one.integrationId));
    expect(row?.revocationReportedAt).toBeNull();
  });

  test("is confirmed again later while the provider is down", async () => {
    const { login } = await account();
    const one = await connected(login);
    // Down for everybody: an earlier test's account may be due at the same moment.
    await forge().admin.fault({
      match: { path: "/api/v3/applications/**" },
      action: { kind: "status", status: 503 },
      count: "always",
    });
    await forge().admin.revokeGrant(login, instance.clientId);
    await forge().admin.deliveriesIdle();
    await runDueChecks(never);
    expect(await statusOf(one)).toEqual(["degraded", "unreachable"]);
    await forge().admin.clearFaults();
    await db()
      .update(integrations)
      .set({ checkAt: sql`now()` })
      .where(eq(integrations.id, one.integrationId));
    await runDueChecks(never);
    expect(await statusOf(one)).toEqual(["needs_reauthorization", "revoked"]);
  });

  test("is learned of a paused integration too, whose account is asked nothing", async () => {
    const { login } = await account();
    const one = await connected(login);
    await db().transaction((tx) => transition(tx, one, { kind: "paused" }));
    await db()
      .update(credentials)
      .set({ accessExpiresAt: sql`now() - interval '1 day'` as never })
      .where(eq(credentials.integrationId, one.integrationId));
    await forge().admin.clearRequests();
    await forge().admin.revokeGrant(login, instance.clientId);
    await forge().admin.deliveriesIdle();
    await runDueChecks(never);
    expect(await statusOf(one)).toEqual(["needs_reauthorization", "revoked"]);
    expect(await forge().admin.requests({ path: "/api/v3/user" })).toEqual([]);
  });

  test("is taken in once for each delivery id", async () => {
    const { id, login } = await account();
    const one = await connected(login);
    const delivery = randomUUID();
    expect((await send(revokedBody(id), { delivery })).text).toBe('{"outcome":"revoked"}');
    await runDueChecks(never);
    const before = await db().select().from(integrations).where(eq(integrations.id, one.integrationId));
    expect((await send(revokedBody(id), { delivery })).text).toBe('{"outcome":"repeated"}');
    expect(await db().select().from(integrations).where(eq(integrations.id, one.integrationId))).toEqual(
      before,
    );
    const stored = await db()
      .select()
      .from(instanceDeliveries)
      .where(eq(instanceDeliveries.deliveryId, delivery));
    expect(stored).toMatchObject([{ event: "github_app_authorization", affected: 1 }]);
  });
});

describe("a call that proves nothing", () => {
  test("is one empty 401, whatever is wrong with it, and is only counted", async () => {
    const { id, login } = await account();
    const one = await connected(login);
    const body = revokedBody(id);
    const sha1 = `sha1=${createHmac("sha1", secret).update(body).digest("hex")}`;
    const other = await addInstanceOf("another");
    const wrong: Sent[] = [
      { headers: {} },
      { headers: { "x-hub-signature-256": "" } },
      { headers: { "x-hub-signature": sha1 } },
      { headers: { "x-hub-signature-256": sign(body, "another") } },
      { headers: { "x-hub-signature-256": sign(`${body} `, secret) } },
      { path: pathOf(newId("pin")) },
      { path: pathOf("pin_x") },
      { path: pathOf("whatever") },
      { path: pathOf(other) },
    ];
    for (const sent of wrong) expect(await send(body, sent)).toEqual({ status: 401, text: "" });
    const [row] = await db().select().from(integrations).where(eq(integrations.id, one.integrationId));
    expect(row?.revocationReportedAt).toBeNull();
    await expect
      .poll(
        async () => {
          const [at] = await db()
            .select()
            .from(providerInstances)
            .where(eq(providerInstances.id, instance.id));
          return at?.webhookRejectedCount;
        },
        { timeout: 10_000 },
      )
      .toBe(5);
  });

  test("is refused without a look once there were too many from one address", async () => {
    const path = pathOf(newId("pin"));
    const answers = await Promise.all(Array.from({ length: 60 }, () => send("{}", { path })));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([401]));
    expect((await send("{}", { path })).status).toBe(429);
  });

  test("of another method, or compressed, is refused as at a repository's hook", async () => {
    expect((await fetch(pathOf(instance.id))).status).toBe(405);
    expect((await send("{}", { headers: { "content-encoding": "gzip" } })).status).toBe(415);
  });

  async function addInstanceOf(name: string): Promise<string> {
    const id = newId("pin");
    await db()
      .insert(providerInstances)
      .values({
        ...{ id, name, provider: "github", origin: `https://${name}.example`, clientType: "github_app" },
        apiUrl: `https://${name}.example/api/v3`,
      });
    return id;
  }
});

describe("the secret", () => {
  test("is sealed, told once, and the one before counts while both overlap", async () => {
    const before = secret;
    const { id } = await account();
    secret = await generate();
    expect(secret).not.toBe(before);
    const body = revokedBody(id);
    const signedBefore = { headers: { "x-hub-signature-256": sign(body, before) } };
    expect((await send(body, signedBefore)).status).toBe(202);
    expect((await send(body)).status).toBe(202);
    await db()
      .update(providerInstances)
      .set({ previousWebhookSecretUntil: new Date(Date.now() - 1000) });
    expect((await send(body, signedBefore)).status).toBe(401);
    await eraseEndedSecrets();
    const rows = await db().select().from(providerInstances);
    expect(JSON.stringify(rows)).not.toContain(secret);
    expect(rows.find((row) => row.id === instance.id)).toMatchObject({
      webhookSecretSealed: expect.stringMatching(/^v1\./),
      previousWebhookSecretSealed: null,
    });
  });

  test("is for a GitHub App alone, and for an instance admin", async () => {
    const admin = loadInstanceContext(sessionOf(await addUser({ isInstanceAdmin: true })));
    const id = newId("pin");
    await db()
      .insert(providerInstances)
      .values({
        ...{
          id,
          name: "OAuth",
          provider: "github",
          origin: "https://oauth.example",
          apiUrl: "https://oauth.example/api/v3",
        },
      });
    await expect(generateWebhookSecret(admin, { id })).rejects.toMatchObject({ code: "conflict" });
    const person = await addUser();
    expect(() => loadInstanceContext(sessionOf(person))).toThrow(/instance admin/);
  });
});

describe("an installation", () => {
  test("that is suspended stops the account's integrations, and they go on by themselves once it is let in again", async () => {
    const { login } = await account();
    const one = await connected(login);
    await runDueChecks(never);
    await forge().admin.suspendInstallation(instance.clientId, login);
    await forge().admin.deliveriesIdle();
    await runDueChecks(never);
    expect(await statusOf(one)).toEqual(["needs_reauthorization", "suspended"]);
    await forge().admin.suspendInstallation(instance.clientId, login, false);
    await forge().admin.deliveriesIdle();
    await runDueChecks(never);
    expect(await statusOf(one)).toEqual(["active", null]);
  });

  test("that is removed leaves the token as good as it was, and is told on the page", async () => {
    const { login } = await account();
    const one = await connected(login);
    await runDueChecks(never);
    await forge().admin.uninstallApp(instance.clientId, login);
    await forge().admin.deliveriesIdle();
    await runDueChecks(never);
    expect(await statusOf(one)).toEqual(["active", null]);
    const [row] = await db().select().from(integrations).where(eq(integrations.id, one.integrationId));
    expect(row?.installations).toEqual([]);
  });

  test("under another event's name is kept and has no effect", async () => {
    const { id, login } = await account();
    const one = await connected(login);
    expect((await send(revokedBody(id), { event: "installation" })).text).toBe('{"outcome":"ignored"}');
    expect((await send("nothing", { event: "github_app_authorization" })).text).toBe('{"outcome":"ignored"}');
    const [row] = await db().select().from(integrations).where(eq(integrations.id, one.integrationId));
    expect(row?.revocationReportedAt).toBeNull();
  });
});
