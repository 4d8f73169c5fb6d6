import { randomBytes } from "node:crypto";
import { and, eq } from "drizzle-orm";
import { afterEach, beforeAll, describe, expect, test } from "vitest";
import {
  auditEvents,
  cleanups,
  credentials,
  db,
  hooks,
  integrations,
  pendingGrants,
  projects,
  providerInstances,
  repositories,
} from "@/db";
import { type InstanceContext, loadInstanceContext, systemActor } from "@/lib/access";
import { withCredential } from "@/lib/credentials";
import { env } from "@/lib/env";
import {
  deleteInstance,
  forgetPreviousSecret,
  type InstanceInput,
  instanceInput,
  type ReadyInstance,
  syncEnvironmentInstance,
  withClientSecret,
} from "@/lib/instances";
import { openClientSecret } from "@/lib/instances/client-secret";
import {
  beginAuthorization,
  completeAuthorization,
  getCatalogue,
  getIntegration,
  listIncidents,
  listIntegrations,
  removeIntegration,
  runDueCleanups,
  saveProviderInstance,
  setProviderInstanceEnabled,
  wipeGrants,
} from "@/lib/integrations";
import { ClientRejected, oauthOf, tokenOf } from "@/lib/providers";
import { Secret } from "@/lib/secret";
import { addBoundApp } from "@/lib/testing/bound-app";
import { useTestDatabase } from "@/lib/testing/database";
import { addDesk, addInstance, arrive, connect, type Desk, handshake, useForge } from "@/lib/testing/forge";
import { addUser, sessionOf } from "@/lib/testing/people";

useTestDatabase();
const { forge } = useForge();
/** A stranger's host, which must never see what the first one gave. */
const stranger = useForge();
const forever = new AbortController().signal;
let admin: InstanceContext;
let instance: ReadyInstance;
let secret: string;

beforeAll(async () => {
  admin = loadInstanceContext(sessionOf(await addUser({ isInstanceAdmin: true })));
  instance = await addInstance(forge());
  const row = await instanceRow();
  secret = (await openClientSecret(db(), row, row.clientSecretSealed ?? "")).reveal();
});

/** Everything as it was, for the next test. */
afterEach(async () => {
  await forge().admin.clearFaults();
  await db()
    .update(providerInstances)
    .set({ disabledAt: null, managedBy: "admin" })
    .where(eq(providerInstances.id, instance.id));
  for (const { projectId } of desks.splice(0)) await db().delete(projects).where(eq(projects.id, projectId));
  await save({ clientSecret: secret });
});

const desks: Desk[] = [];
const instanceRow = async () => {
  const [row] = await db().select().from(providerInstances).where(eq(providerInstances.id, instance.id));
  if (!row) throw new Error("no instance");
  return row;
};
const save = (values: Partial<InstanceInput>) =>
  saveProviderInstance(
    admin,
    instanceInput.parse({
      provider: "github",
      id: instance.id,
      name: "Forge",
      origin: forge().url,
      apiUrl: forge().apiUrl,
      clientType: "oauth_app",
      clientId: instance.clientId,
      ...values,
    }),
  );
const disable = (isEnabled = false) => setProviderInstanceEnabled(admin, { id: instance.id, isEnabled });

const unique = (name: string) => `${name}-${randomBytes(3).toString("hex")}`;

type Scene = { desk: Desk; login: string; integrationId: string };
async function scene(login = unique("user")): Promise<Scene> {
  await forge()
    .admin.createUser({ login })
    .catch((error: Error) => expect(error.message).toMatch(/taken|already|exists/i));
  const desk = await addDesk();
  desks.push(desk);
  return { desk, login, integrationId: await connect(desk, instance, { login }) };
}

const use = ({ desk, integrationId }: Scene, fn = async () => undefined as unknown) =>
  withCredential(
    { projectId: desk.projectId, integrationId, purpose: "test", actor: systemActor("test"), record: false },
    fn,
  );
const identify = (it: Scene) => {
  const { desk, integrationId } = it;
  const actor = systemActor("test");
  return withCredential(
    { projectId: desk.projectId, integrationId, purpose: "test", actor, record: false },
    (grant) => oauthOf("github").identify(grant),
  );
};
const statusOf = async ({ integrationId }: Scene) =>
  (await db().select().from(integrations).where(eq(integrations.id, integrationId)))[0];
const eventsOf = async ({ desk }: Scene, event: string) =>
  await db()
    .select()
    .from(auditEvents)
    .where(and(eq(auditEvents.chain, desk.projectId), eq(auditEvents.event, event)));
const catalogueOf = async ({ desk }: Scene) =>
  (await getCatalogue(desk.ctx)).find(({ instanceId }) => instanceId === instance.id);

/** A secret that the provider does not take, and nothing to fall back to. */
async function breakClient(): Promise<void> {
  await save({ clientSecret: "not what the provider knows" });
  await forgetPreviousSecret(admin, instance.id);
}

async function expectMisconfigured(it: Scene): Promise<void> {
  expect((await instanceRow()).misconfiguredReason).toMatch(/does not accept this client/);
  expect(await statusOf(it)).toMatchObject({ status: "active", statusReason: null });
  expect((await catalogueOf(it))?.problem).toMatch(/did not accept this console's client/);
  expect(await listIntegrations(it.desk.ctx)).toMatchObject([{ status: "active" }]);
}

describe("a wrong client secret is the instance's problem and leaves integrations alone", () => {
  test("when a code is exchanged", async () => {
    const it = await scene();
    await breakClient();
    const { params, cookies } = await handshake(it.desk, instance, { login: it.login });
    const { redirectTo } = await completeAuthorization(it.desk.session, {
      instanceId: instance.id,
      params,
      cookies,
    });
    expect(redirectTo).toContain("failed=client");
    await expectMisconfigured(it);
  });

  test("when a refused token is checked", async () => {
    const it = await scene();
    await breakClient();
    await forge().admin.fault({
      match: { path: "/api/v3/user" },
      action: { kind: "status", status: 401 },
      count: 1,
    });
    await expect(identify(it)).rejects.toThrow(/could not confirm/);
    await expectMisconfigured(it);
    await identify(it);
  });

  test("when a token is refreshed", async () => {
    const it = await scene();
    await breakClient();
    const refresh = withClientSecret(instance, (own) =>
      oauthOf("github").refresh(instance, own, new Secret("ghr_of_nobody_at_all")),
    );
    await expect(refresh).rejects.toThrow(ClientRejected);
    await expectMisconfigured(it);
  });

  test("when a token is revoked, which is tried again until the client is mended", async () => {
    const it = await scene();
    const kept = await scene();
    await breakClient();
    await removeIntegration(it.desk.ctx, { integrationId: it.integrationId, confirmName: it.login });
    await runDueCleanups(forever);
    await expectMisconfigured(kept);
    expect(await forge().admin.tokens({ login: it.login, active: true })).toHaveLength(1);
    await save({ clientSecret: secret });
    expect((await instanceRow()).misconfiguredReason).toBeNull();
    await db()
      .update(cleanups)
      .set({ attemptAt: new Date() })
      .where(eq(cleanups.integrationId, it.integrationId));
    await runDueCleanups(forever);
    expect(await forge().admin.tokens({ login: it.login, active: true })).toHaveLength(0);
  });
});

describe("a disabled provider instance", () => {
  test("gets nothing: no token is opened, nobody authorizes there, nothing is taken back; integrations say why", async () => {
    const it = await scene();
    const gone = await scene();
    await removeIntegration(gone.desk.ctx, { integrationId: gone.integrationId, confirmName: gone.login });
    await disable();
    await forge().admin.clearRequests();
    await expect(use(it, async () => expect.unreachable("opened"))).rejects.toMatchObject({
      code: "instance_unavailable",
      message: expect.stringMatching(/has disabled Forge on this console\. Nothing is sent/),
    });
    const begin = beginAuthorization(it.desk.ctx, it.desk.session, { instanceId: instance.id });
    await expect(begin).rejects.toMatchObject({ code: "conflict" });
    await runDueCleanups(forever);
    expect(await forge().admin.requests()).toEqual([]);
    expect(await statusOf(it)).toMatchObject({ status: "active" });
    expect(await getIntegration(it.desk.ctx, it.integrationId)).toMatchObject({
      instanceProblem: expect.stringMatching(/disabled Forge/),
    });
    expect(await catalogueOf(it)).toMatchObject({
      isReady: false,
      problem: expect.stringMatching(/disabled Forge/),
    });
    expect(await catalogueOf(gone)).toBeUndefined();
    expect((await instanceRow()).misconfiguredReason).toBeNull();
  });

  test("goes on where it stopped once it is enabled, at once", async () => {
    const it = await scene();
    const repository = `${it.login}/site`;
    await forge().admin.createRepository({ owner: it.login, name: "site" });
    const { repositoryId } = await addBoundApp(it.desk, { integrationId: it.integrationId, repository });
    await disable();
    const later = new Date(Date.now() + 3_600_000);
    await db().update(repositories).set({ pollAt: later }).where(eq(repositories.id, repositoryId));
    await db().update(integrations).set({ checkAt: later }).where(eq(integrations.id, it.integrationId));
    await disable(true);
    expect((await statusOf(it))?.checkAt?.getTime()).toBeLessThan(later.getTime());
    await identify(it);
    const [row] = await db().select().from(repositories).where(eq(repositories.id, repositoryId));
    expect(row?.pollAt?.getTime()).toBeLessThan(later.getTime());
    const own = await db()
      .select()
      .from(auditEvents)
      .where(eq(auditEvents.subjectId, instance.id))
      .orderBy(auditEvents.seq);
    expect(own.map(({ event }) => event).slice(-2)).toEqual([
      "provider_instance.disabled",
      "provider_instance.enabled",
    ]);
  });

  test("ends an authorization that was under way: what came is revoked or nothing is stored", async () => {
    const it = await scene();
    const { params, cookies } = await handshake(it.desk, instance, { login: it.login });
    await disable();
    const { redirectTo } = await completeAuthorization(it.desk.session, {
      instanceId: instance.id,
      params,
      cookies,
    });
    expect(redirectTo).toContain("failed=instance");
  });

  test("is connected by nobody, also when it is disabled while the account is being asked for", async () => {
    const login = unique("user");
    await forge().admin.createUser({ login });
    const desk = await addDesk();
    desks.push(desk);
    const returned = { instanceId: instance.id, ...(await handshake(desk, instance, { login })) };
    await forge().admin.clearRequests();
    await forge().admin.fault({ match: { path: "/api/v3/user" }, action: { kind: "delay", ms: 600 } });
    const completing = completeAuthorization(desk.session, returned);
    const asked = async () => (await forge().admin.requests({ path: "/api/v3/user" })).length;
    await expect.poll(asked, { timeout: 10_000 }).toBe(1);
    await disable();
    expect((await completing).redirectTo).toContain("failed=instance");
    expect(await listIntegrations(desk.ctx)).toEqual([]);
    await disable(true);
    await runDueCleanups(forever);
    expect(await forge().admin.tokens({ login, active: true })).toEqual([]);
  });
});

describe("another address of a provider instance", () => {
  test("asks first, with the number of integrations and projects that lose their credential; anything else than the name changes nothing", async () => {
    const login = unique("user");
    const [one, two] = [await scene(login), await scene(login)];
    for (const change of [
      { origin: "https://elsewhere.example" },
      { apiUrl: "https://elsewhere.example/api" },
      { clientId: "another", clientSecret: "its own" },
      { clientType: "github_app" as const, clientSecret: "its own" },
    ]) {
      for (const confirmation of ["", "forge", "Forge2"]) {
        await expect(save({ ...change, confirmation }), JSON.stringify(change)).rejects.toMatchObject({
          fields: {
            confirmation: expect.stringMatching(/2 integrations in 2 projects lose their credential/),
          },
        });
      }
    }
    await identify(one);
    await identify(two);
  });

  test("erases what was sealed for the old one and sends none of it to the new one; each project's activity says so", async () => {
    const [it, gone] = [await scene(), await scene()];
    await forge().admin.createRepository({ owner: it.login, name: "site" });
    const app = await addBoundApp(it.desk, {
      integrationId: it.integrationId,
      repository: `${it.login}/site`,
    });
    const successor = unique("successor");
    await forge().admin.createUser({ login: successor });
    const { integrationId } = it;
    const replacing = { login: successor, integrationId, isReplacement: true };
    await arrive(it.desk, await handshake(it.desk, instance, replacing), instance.id);
    const waiting = () =>
      db().select().from(pendingGrants).where(eq(pendingGrants.integrationId, integrationId));
    expect(await waiting()).toHaveLength(1);
    await removeIntegration(gone.desk.ctx, { integrationId: gone.integrationId, confirmName: gone.login });
    const [old] = await forge().admin.tokens({ login: it.login, active: true });

    await save({ origin: stranger.forge().url, apiUrl: stranger.forge().apiUrl, confirmation: "Forge" });

    const mine = eq(credentials.integrationId, it.integrationId);
    expect(await db().select().from(credentials).where(mine)).toEqual([]);
    expect(await db().select().from(hooks).where(eq(hooks.repositoryId, app.repositoryId))).toEqual([]);
    expect(await instanceRow()).toMatchObject({ clientSecretSealed: null, previousClientSecretSealed: null });
    expect(await statusOf(it)).toMatchObject({
      status: "needs_reauthorization",
      statusReason: "instance_changed",
      origin: stranger.forge().url,
    });
    expect(await eventsOf(it, "integration.wiped")).toMatchObject([
      { actorName: "Ada", subjectName: it.login, facts: { origin: forge().url } },
    ]);
    expect(await waiting()).toEqual([]);
    expect(await eventsOf(it, "authorization.wiped")).toMatchObject([
      { actorName: "Ada", subjectName: successor, subjectId: integrationId, facts: { origin: forge().url } },
    ]);
    const left = await db().select().from(cleanups).where(eq(cleanups.integrationId, gone.integrationId));
    expect(left.map(({ outcome, tokenSealed }) => [outcome, tokenSealed])).toEqual([["forgotten", null]]);
    expect(await statusOf(gone)).toMatchObject({ status: "removed" });
    // Nobody in that project has pressed anything: they are told what stays, and where.
    const { host } = new URL(forge().url);
    expect(await listIncidents(gone.desk.ctx)).toMatchObject([
      { kind: "cleanup_gave_up", host, sentence: expect.stringContaining("could not take back a token") },
    ]);

    const client = await stranger.forge().admin.registerClient({ callback: "http://localhost:3000/later" });
    await save({
      origin: stranger.forge().url,
      apiUrl: stranger.forge().apiUrl,
      clientId: client.clientId,
      clientSecret: client.clientSecret,
      confirmation: "Forge",
    });
    await expect(identify(it)).rejects.toMatchObject({ code: "needs_reauthorization" });
    await runDueCleanups(forever);
    const heard = await stranger.forge().admin.requests();
    expect(heard.map(({ tokenFingerprint }) => tokenFingerprint)).not.toContain(old?.fingerprint);
    await save({ confirmation: "Forge", clientSecret: secret });
  });

  test("keeps what is connected: the same account is re-authorized in place, and its apps and hooks go on", async () => {
    const it = await scene();
    await forge().admin.createRepository({ owner: it.login, name: "site" });
    const { repositoryId } = await addBoundApp(it.desk, {
      integrationId: it.integrationId,
      repository: `${it.login}/site`,
    });
    // The same host under another name: its address alone changes.
    const renamed = forge().url.replace("127.0.0.1", "localhost");
    await save({ origin: renamed, apiUrl: `${renamed}/api/v3`, clientSecret: secret, confirmation: "Forge" });
    const moved = { ...instance, origin: renamed };
    expect(await connect(it.desk, moved, { login: it.login, integrationId: it.integrationId })).toBe(
      it.integrationId,
    );
    await identify(it);
    const [row] = await db().select().from(repositories).where(eq(repositories.id, repositoryId));
    expect(row).toMatchObject({ origin: renamed });
    await save({ confirmation: "Forge", clientSecret: secret });
  });

  test("wins over an authorization that is under way: the token that came is not stored", async () => {
    const it = await scene();
    const login = unique("late");
    await forge().admin.createUser({ login });
    const { params, cookies } = await handshake(it.desk, instance, { login });
    await forge().admin.fault({
      match: { path: "/api/v3/user" },
      action: { kind: "delay", ms: 700 },
      count: 1,
    });
    const completing = completeAuthorization(it.desk.session, { instanceId: instance.id, params, cookies });
    await expect.poll(async () => (await forge().admin.tokens({ login })).length).toBe(1);
    await save({
      apiUrl: `${forge().url}/api/v3/`,
      clientId: "another",
      clientSecret: "its own",
      confirmation: "Forge",
    });
    expect((await completing).redirectTo).toContain("failed=instance");
    expect(await listIntegrations(it.desk.ctx)).toMatchObject([{ account: it.login }]);
    await save({ clientSecret: secret, confirmation: "Forge" });
  });

  test("that the environment sets does the same at the next start", async () => {
    const it = await scene();
    Object.assign(env(), {
      GITHUB_URL: forge().url,
      GITHUB_API_URL: forge().apiUrl,
      GITHUB_CLIENT_ID: instance.clientId,
      GITHUB_CLIENT_SECRET: secret,
    });
    await syncEnvironmentInstance(wipeGrants);
    await identify(it);
    for (const refused of [() => save({ name: "Mine" }), () => deleteInstance(admin, instance.id)]) {
      await expect(refused()).rejects.toMatchObject({
        message: expect.stringMatching(/environment sets this one/),
      });
    }
    env().GITHUB_API_URL = stranger.forge().apiUrl;
    await syncEnvironmentInstance(wipeGrants);
    expect(await statusOf(it)).toMatchObject({ statusReason: "instance_changed" });
    expect(await eventsOf(it, "integration.wiped")).toMatchObject([{ actorName: "Environment" }]);
    await expect(identify(it)).rejects.toMatchObject({ code: "needs_reauthorization" });
    env().GITHUB_API_URL = forge().apiUrl;
    await syncEnvironmentInstance(wipeGrants);
  });
});

describe("a provider instance is deleted", () => {
  test("only when nothing uses it and nothing is left to take back; what was removed keeps its history", async () => {
    const it = await scene();
    await expect(deleteInstance(admin, instance.id)).rejects.toMatchObject({
      message: expect.stringMatching(/has integrations/),
    });
    await removeIntegration(it.desk.ctx, { integrationId: it.integrationId, confirmName: it.login });
    await expect(deleteInstance(admin, instance.id)).rejects.toMatchObject({ code: "conflict" });
    await runDueCleanups(forever);
    const row = await instanceRow();
    await deleteInstance(admin, instance.id);
    expect(await statusOf(it)).toMatchObject({ status: "removed", instanceId: null });
    await db().insert(providerInstances).values(row);
  });
});

test("a credential's token is the one of its host, whatever else is wrong", async () => {
  const it = await scene();
  await db()
    .update(integrations)
    .set({ origin: "https://elsewhere.example" })
    .where(eq(integrations.id, it.integrationId));
  await expect(
    withCredential(
      {
        projectId: it.desk.projectId,
        integrationId: it.integrationId,
        purpose: "t",
        actor: systemActor("t"),
        record: false,
      },
      async (grant) => expect.unreachable(tokenOf(grant).toString()),
    ),
  ).rejects.toMatchObject({ code: "instance_unavailable" });
});
