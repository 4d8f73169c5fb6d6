import { eq } from "drizzle-orm";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { auditEvents, db, providerInstances } from "@/db";
import { type InstanceContext, loadInstanceContext } from "@/lib/access";
import {
  callbackUrl,
  eraseEndedSecrets,
  forgetPreviousSecret,
  type InstanceInput,
  instanceInput,
  listInstances,
  type ReadyInstance,
  saveInstance,
  testInstance,
  toInstance,
  withClientSecret,
} from "@/lib/instances";
import { openClientSecret, openPreviousSecret } from "@/lib/instances/client-secret";
import { ClientRejected, oauthOf, ProviderUnavailable } from "@/lib/providers";
import { useTestDatabase } from "@/lib/testing/database";
import { useForge } from "@/lib/testing/forge";
import { addUser, sessionOf } from "@/lib/testing/people";

useTestDatabase();
const { forge } = useForge();
let admin: InstanceContext;
let id: string;
let client: { clientId: string; clientSecret: string };

beforeAll(async () => {
  admin = loadInstanceContext(sessionOf(await addUser({ isInstanceAdmin: true })));
});

beforeEach(async () => {
  await db().delete(providerInstances);
  const { clientId, clientSecret } = await forge().admin.registerClient({
    callback: "http://localhost:3000/later",
  });
  client = { clientId, clientSecret };
  id = (await save({})).id;
  await forge().admin.setClientCallback(client.clientId, callbackUrl(id));
});

const save = (values: Partial<InstanceInput>) =>
  saveInstance(
    admin,
    instanceInput.parse({
      provider: "github",
      name: "Ours",
      origin: forge().url,
      apiUrl: forge().apiUrl,
      clientType: "oauth_app",
      ...client,
      ...values,
    }),
    async () => undefined,
  );
const rotateTo = (clientSecret: string) => save({ id, clientSecret });
const row = async () => {
  const [found] = await db().select().from(providerInstances).where(eq(providerInstances.id, id));
  if (!found) throw new Error("no instance");
  return found;
};
const instance = async (): Promise<ReadyInstance> => {
  const found = toInstance(await row());
  if (!found) throw new Error("no client");
  return found;
};

/** Asks the host whether it takes the client, and answers with the secrets that were tried, in turn. */
async function ask(): Promise<string[]> {
  const tried: string[] = [];
  const one = await instance();
  await withClientSecret(one, async (secret) => {
    tried.push(secret.reveal());
    await oauthOf("github").testClient(one, secret, callbackUrl(id));
  });
  return tried;
}

const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000);

describe("a new client secret", () => {
  test("is tried first; once the provider takes it, the one before is erased", async () => {
    const next = await forge().admin.addClientSecret(client.clientId);
    await rotateTo(next);
    expect((await row()).previousClientSecretSealed).not.toBeNull();
    expect(await ask()).toEqual([next]);
    expect(await row()).toMatchObject({ previousClientSecretSealed: null, misconfiguredAt: null });
    const events = await db().select().from(auditEvents).where(eq(auditEvents.subjectId, id));
    expect(events.at(-1)).toMatchObject({
      event: "provider_instance.previous_secret_erased",
      facts: { why: "new_one_works" },
    });
    expect(JSON.stringify(events)).not.toContain(next);
  });

  test("that the provider does not take yet leaves the one before in use, which is remembered", async () => {
    await rotateTo("entered too early");
    expect(await ask()).toEqual(["entered too early", client.clientSecret]);
    expect(await ask()).toEqual([client.clientSecret]);
    expect(await row()).toMatchObject({ misconfiguredAt: null });
    const [shown] = await listInstances(admin);
    expect(shown).toMatchObject({ problem: null, previousSecret: { isUsed: true } });

    await forge().admin.addClientSecret(client.clientId, "entered too early");
    expect(await ask()).toEqual([client.clientSecret]);
    await db()
      .update(providerInstances)
      .set({ previousClientSecretUsedAt: minutesAgo(11) });
    expect(await ask()).toEqual(["entered too early"]);
    expect((await row()).previousClientSecretSealed).toBeNull();
  });

  test("takes over at once when the one before is removed at the provider", async () => {
    await rotateTo("entered too early");
    await ask();
    await forge().admin.addClientSecret(client.clientId, "entered too early");
    await forge().admin.removeClientSecret(client.clientId, client.clientSecret);
    expect(await ask()).toEqual([client.clientSecret, "entered too early"]);
    expect(await row()).toMatchObject({ previousClientSecretSealed: null, misconfiguredAt: null });
  });

  test("is what the test button tries, and its answer tells the two apart", async () => {
    await rotateTo("entered too early");
    await ask();
    expect(await testInstance(admin, id)).toEqual({
      isAccepted: false,
      sentence: expect.stringMatching(
        /does not accept the new client secret\. The one before it still works/,
      ),
    });
    await forge().admin.addClientSecret(client.clientId, "entered too early");
    expect(await testInstance(admin, id)).toMatchObject({ isAccepted: true });
  });

  test("marks the instance as misconfigured when neither is taken, once, until one is", async () => {
    await rotateTo("wrong");
    await forge().admin.removeClientSecret(client.clientId, client.clientSecret);
    await expect(ask()).rejects.toThrow(ClientRejected);
    const since = (await row()).misconfiguredAt;
    await expect(ask()).rejects.toThrow(ClientRejected);
    expect((await row()).misconfiguredAt).toEqual(since);
    expect((await listInstances(admin))[0]?.problem).toMatch(/does not accept/);
    await forge().admin.addClientSecret(client.clientId, client.clientSecret);
    await ask();
    expect(await row()).toMatchObject({ misconfiguredAt: null, misconfiguredReason: null });
  });

  test("is alone after a week, and after the button: the one before is erased unused", async () => {
    await rotateTo("wrong");
    await db()
      .update(providerInstances)
      .set({ previousClientSecretUntil: minutesAgo(1) });
    await expect(ask()).rejects.toThrow(ClientRejected);
    expect((await row()).previousClientSecretSealed).toBeNull();
    await rotateTo(client.clientSecret);
    await rotateTo("wrong again");
    await forgetPreviousSecret(admin, id);
    await expect(ask()).rejects.toThrow(ClientRejected);
  });

  test("is alone after its week also where nobody asks the provider anything", async () => {
    await rotateTo("wrong");
    await eraseEndedSecrets();
    expect((await row()).previousClientSecretSealed).not.toBeNull();
    await db()
      .update(providerInstances)
      .set({ previousClientSecretUntil: minutesAgo(1) });
    await eraseEndedSecrets();
    expect(await row()).toMatchObject({ previousClientSecretSealed: null, previousClientSecretUntil: null });
  });

  test("is judged by answers about itself: a slow answer about the one before changes nothing", async () => {
    await rotateTo("wrong");
    await forgetPreviousSecret(admin, id);
    const one = await instance();
    const late = withClientSecret(one, async () => {
      await rotateTo(client.clientSecret);
      throw new ClientRejected("refused");
    });
    await expect(late).rejects.toThrow("refused");
    expect((await row()).misconfiguredAt).toBeNull();
  });
});

describe("a client secret", () => {
  test("is not sent to an address or for a client that was changed meanwhile, nor to a disabled instance", async () => {
    const before = await instance();
    const never = async () => expect.unreachable("a secret was opened");
    for (const changed of [
      { origin: "https://elsewhere.example" },
      { apiUrl: "https://elsewhere.example/api" },
      { clientId: "another" },
      { clientType: "github_app" as const },
      { disabledAt: new Date() },
    ]) {
      await db()
        .update(providerInstances)
        .set({ ...before, ...changed });
      await expect(withClientSecret(before, never), JSON.stringify(changed)).rejects.toThrow(
        ProviderUnavailable,
      );
      await db()
        .update(providerInstances)
        .set({ ...before, disabledAt: null });
    }
  });

  test("that is sealed does not open as another's: as the previous one, of another row, host or generation", async () => {
    await rotateTo("the next one");
    const found = await row();
    const { clientSecretSealed: current, previousClientSecretSealed: previous } = found;
    if (!current || !previous) throw new Error("not sealed");
    expect((await openClientSecret(db(), found, current)).reveal()).toBe("the next one");
    expect((await openPreviousSecret(db(), found, previous)).reveal()).toBe(client.clientSecret);
    for (const open of [
      () => openClientSecret(db(), found, previous),
      () => openPreviousSecret(db(), found, current),
      () => openPreviousSecret(db(), { ...found, id: "pin_00000000000000000000" }, previous),
      () => openPreviousSecret(db(), { ...found, origin: "https://elsewhere.example" }, previous),
      () => openPreviousSecret(db(), { ...found, clientSecretGeneration: 1 }, previous),
    ]) {
      await expect(open()).rejects.toMatchObject({ code: "tampered" });
    }
  });
});
