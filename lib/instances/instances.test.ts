import { and, eq } from "drizzle-orm";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { auditEvents, db, providerInstances } from "@/db";
import { type InstanceContext, loadInstanceContext } from "@/lib/access";
import { env } from "@/lib/env";
import {
  callbackUrl,
  forgetPreviousSecret,
  generateWebhookSecret,
  getInstance,
  type InstanceInput,
  instanceInput,
  listInstances,
  saveInstance,
  setInstanceEnabled,
  syncEnvironmentInstance,
  testInstance,
} from "@/lib/instances";
import { openClientSecret } from "@/lib/instances/client-secret";
import { useTestDatabase } from "@/lib/testing/database";
import { useForge } from "@/lib/testing/forge";
import { addUser, sessionOf } from "@/lib/testing/people";

useTestDatabase();
const { forge } = useForge();
let admin: InstanceContext;

const input = (values: Partial<InstanceInput> = {}): InstanceInput => ({
  provider: "github",
  name: "Ours",
  origin: forge().url,
  apiUrl: forge().apiUrl,
  clientType: "oauth_app",
  clientId: "Ov23liSomeClient",
  clientSecret: "a secret of this test",
  ...values,
});
const row = async (id: string) =>
  (await db().select().from(providerInstances).where(eq(providerInstances.id, id)))[0];

/** Without anything that was authorized there: what is then erased is shown in lib/integrations. */
const save = (values: InstanceInput) =>
  saveInstance(admin, instanceInput.parse(values), async () => undefined);
const sync = () => syncEnvironmentInstance(async () => undefined);
const clientSecretOf = async (id: string) => {
  const found = await row(id);
  if (!found?.clientSecretSealed) throw new Error("no secret");
  return await openClientSecret(db(), found, found.clientSecretSealed);
};

beforeAll(async () => {
  admin = loadInstanceContext(sessionOf(await addUser({ isInstanceAdmin: true })));
});
beforeEach(async () => {
  await db().delete(providerInstances);
});

describe("a provider instance that an admin enters", () => {
  test("is stored with its secret sealed, recorded without it, and shown without it", async () => {
    const { id } = await save(input());
    expect((await clientSecretOf(id)).reveal()).toBe("a secret of this test");
    const events = await db().select().from(auditEvents).where(eq(auditEvents.subjectId, id));
    expect(events.map(({ chain, event }) => [chain, event])).toEqual([
      ["instance", "provider_instance.added"],
    ]);
    const seen = JSON.stringify([await row(id), await listInstances(admin), events]);
    expect(seen).not.toContain("a secret of this test");
    expect(await listInstances(admin)).toMatchObject([
      { id, hasSecret: true, callbackUrl: callbackUrl(id), managedBy: "admin", integrations: 0 },
    ]);
  });

  test("keeps its secret when the field stays empty, and needs a new one for another client", async () => {
    const { id } = await save(input());
    await save(input({ id, clientSecret: "", name: "Renamed" }));
    expect((await clientSecretOf(id)).reveal()).toBe("a secret of this test");
    await expect(save(input({ id, clientSecret: "", clientId: "another" }))).rejects.toMatchObject({
      fields: { clientSecret: expect.stringMatching(/its own secret/) },
    });
    await save(input({ id, clientSecret: "the next one" }));
    expect((await clientSecretOf(id)).reveal()).toBe("the next one");
    expect((await row(id))?.clientSecretGeneration).toBe(2);
  });

  test("never sends its kept secret to another API address: it is erased unless a new one is given, and the address recorded", async () => {
    const { id } = await save(input());
    const elsewhere = { id, apiUrl: "https://elsewhere.example/api" };
    await save(input({ ...elsewhere, clientSecret: "", confirmation: "Ours" }));
    expect(await row(id)).toMatchObject({
      apiUrl: elsewhere.apiUrl,
      clientSecretSealed: null,
      previousClientSecretSealed: null,
    });
    await save(input({ id }));
    await save(input({ ...elsewhere, clientSecret: "the next one" }));
    expect(await row(id)).toMatchObject({ previousClientSecretSealed: null });
    expect((await clientSecretOf(id)).reveal()).toBe("the next one");
    const events = await db().select().from(auditEvents).where(eq(auditEvents.subjectId, id));
    expect(events.map(({ facts }) => facts)).toMatchObject([
      { apiUrl: forge().apiUrl },
      { apiUrl: elsewhere.apiUrl },
      { apiUrl: forge().apiUrl },
      { apiUrl: elsewhere.apiUrl },
    ]);
  });

  test("is moved to another address only for who typed its name, where a sealed secret would be erased", async () => {
    const app = { clientType: "github_app" as const };
    const { id } = await save(input(app));
    const moved = { ...app, id, origin: "https://elsewhere.example", apiUrl: "" };
    const kept = input({ ...moved, clientSecret: "pasted again" });
    await expect(save(input({ ...moved, clientSecret: "" }))).rejects.toMatchObject({
      fields: { confirmation: expect.stringContaining("The sealed client secret is erased") },
    });
    await generateWebhookSecret(admin, { id });
    await expect(save({ ...kept, confirmation: "ours" })).rejects.toMatchObject({
      fields: { confirmation: expect.stringContaining("The webhook's secret is erased") },
    });
    expect((await row(id))?.webhookSecretSealed).not.toBeNull();
    await save({ ...kept, confirmation: "Ours" });
    expect(await row(id)).toMatchObject({ origin: "https://elsewhere.example", webhookSecretSealed: null });
    await save(input({ ...app, id, clientSecret: "nothing is lost by this" }));
  });

  test("has an address of its own", async () => {
    await save(input());
    await expect(save(input())).rejects.toMatchObject({ code: "conflict" });
  });

  test.each(["oauth_app", "github_app"] as const)(
    "is tested by asking its host, as %s: accepted, refused, or not reachable, each in words",
    async (type) => {
      const client = await forge().admin.registerClient({ type, callback: "http://localhost:3000/later" });
      const { clientId, clientSecret } = client;
      const values = { clientType: type, clientId, clientSecret };
      const { id } = await save(input(values));
      expect(await testInstance(admin, id)).toMatchObject({ isAccepted: true });
      await save(input({ ...values, id, clientSecret: "wrong" }));
      await forgetPreviousSecret(admin, id);
      const refused = await testInstance(admin, id);
      expect(refused).toMatchObject({
        isAccepted: false,
        sentence: expect.stringMatching(/does not accept/),
      });
      expect((await row(id))?.misconfiguredReason).toMatch(/does not accept/);
      await forge().admin.fault({ match: { path: "/login/**" }, action: { kind: "drop", when: "before" } });
      expect((await testInstance(admin, id)).sentence).toMatch(/could not be reached/);
    },
  );
});

describe("the instance that the environment names", () => {
  const set = (values: Record<string, string | undefined>) => Object.assign(env(), values);
  beforeEach(() => {
    set({ GITHUB_URL: forge().url, GITHUB_API_URL: forge().apiUrl });
    set({ GITHUB_CLIENT_ID: undefined, GITHUB_CLIENT_SECRET: undefined });
  });
  const only = async () => {
    const [found, ...more] = await db().select().from(providerInstances);
    expect(more).toEqual([]);
    if (!found) throw new Error("no instance");
    return found;
  };

  test("is there without a client, for an admin to complete", async () => {
    await sync();
    const found = await only();
    expect(found).toMatchObject({ origin: forge().url, clientId: null, managedBy: "admin" });
    expect(await getInstance(found.id)).toBeNull();
  });

  test("follows its client, seals a secret only when it changed, and is made once by many", async () => {
    set({ GITHUB_CLIENT_ID: "one", GITHUB_CLIENT_SECRET: "first" });
    await Promise.all([1, 2, 3].map(() => sync()));
    const first = await only();
    expect(first).toMatchObject({ clientId: "one", managedBy: "environment", clientSecretGeneration: 1 });
    await sync();
    expect((await only()).clientSecretSealed).toBe(first.clientSecretSealed);
    set({ GITHUB_CLIENT_SECRET: "second" });
    await sync();
    expect((await clientSecretOf((await only()).id)).reveal()).toBe("second");
    await expect(save(input({ id: first.id }))).rejects.toMatchObject({ code: "conflict" });
  });

  test("rotates its secret: the one before is used until the new one is accepted, also over a restart", async () => {
    const { clientId, clientSecret } = await forge().admin.registerClient({
      callback: "http://localhost:3000/later",
    });
    set({ GITHUB_CLIENT_ID: clientId, GITHUB_CLIENT_SECRET: clientSecret });
    await sync();
    const { id } = await only();
    await forge().admin.setClientCallback(clientId, callbackUrl(id));
    // The host does not know the next one yet.
    set({ GITHUB_CLIENT_SECRET: "0".repeat(40) });
    await sync();
    await sync();
    expect(await testInstance(admin, id)).toMatchObject({
      isAccepted: false,
      sentence: expect.stringMatching(/The one before it still works and is used\.$/),
    });
    expect(await only()).toMatchObject({ misconfiguredAt: null, managedBy: "environment" });
    const changes = await db()
      .select()
      .from(auditEvents)
      .where(and(eq(auditEvents.subjectId, id), eq(auditEvents.event, "provider_instance.changed")))
      .orderBy(auditEvents.seq);
    expect(changes.filter(({ facts }) => facts.clientId === clientId)).toMatchObject([
      { actorName: "Environment", facts: { isSecretNew: true } },
      { actorName: "Environment", facts: { isSecretNew: true } },
    ]);
    // Another client's secret is nobody's fallback.
    set({ GITHUB_CLIENT_ID: "another", GITHUB_CLIENT_SECRET: "its own" });
    await sync();
    expect(await only()).toMatchObject({ clientId: "another", previousClientSecretSealed: null });
  });

  test("can be disabled on /console, and stays so at the next start", async () => {
    set({ GITHUB_CLIENT_ID: "one", GITHUB_CLIENT_SECRET: "first" });
    await sync();
    const { id } = await only();
    await setInstanceEnabled(admin, { id, isEnabled: false }, async () => undefined);
    set({ GITHUB_CLIENT_SECRET: "second" });
    await sync();
    expect(await getInstance(id)).toBeNull();
    await setInstanceEnabled(admin, { id, isEnabled: true }, async () => undefined);
    expect(await getInstance(id)).toMatchObject({ clientId: "one" });
  });

  test("is refused at start where it cannot be used", async () => {
    set({ GITHUB_CLIENT_ID: "one" });
    await expect(sync()).rejects.toThrow(/Set both GITHUB_CLIENT_ID and GITHUB_CLIENT_SECRET/);
    set({ GITHUB_CLIENT_ID: undefined, GITHUB_URL: "http://github.internal" });
    await expect(sync()).rejects.toThrow(/GITHUB_URL cannot be used/);
  });
});
