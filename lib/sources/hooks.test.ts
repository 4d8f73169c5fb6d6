import { randomBytes } from "node:crypto";
import { eq } from "drizzle-orm";
import { afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { cleanups, db, hooks, integrations, repositories } from "@/db";
import { env } from "@/lib/env";
import type { ReadyInstance } from "@/lib/instances";
import { removeIntegration, runDueCleanups } from "@/lib/integrations";
import { ensureHook, openHookSecrets, runDueHookChecks } from "@/lib/sources";
import { isReachableFrom } from "@/lib/sources/hook-address";
import { addBoundApp, rebind } from "@/lib/testing/bound-app";
import { useTestDatabase } from "@/lib/testing/database";
import { addDesk, addInstance, connect, type Desk, useForge } from "@/lib/testing/forge";

useTestDatabase();
const { forge } = useForge();
const forever = new AbortController().signal;
const consoleUrl = "http://localhost:3000";
let instance: ReadyInstance;

beforeAll(async () => {
  instance = await addInstance(forge());
});
beforeEach(() => forge().admin.clearFaults());
afterEach(() => {
  env().CONSOLE_URL = consoleUrl;
});

const unique = (name: string) => `${name}-${randomBytes(3).toString("hex")}`;
const at = async (repository: string) => await forge().admin.hooks(repository);
const hookOf = async (repositoryId: string) =>
  (await db().select().from(hooks).where(eq(hooks.repositoryId, repositoryId)))[0];
const rowOf = async (id: string) =>
  (await db().select().from(repositories).where(eq(repositories.id, id)))[0];
const makeDue = (repositoryId: string) =>
  db()
    .update(hooks)
    .set({ checkAt: new Date(Date.now() - 1000) })
    .where(eq(hooks.repositoryId, repositoryId));
const onHooks = (method: string) => ({ method, path: "/api/v3/repositories/*/hooks" });

type Scene = { desk: Desk; login: string; repository: string; integrationId: string };
async function scene(): Promise<Scene> {
  const login = unique("user");
  await forge().admin.createUser({ login });
  const { fullName } = await forge().admin.createRepository({ owner: login, name: unique("site") });
  const desk = await addDesk();
  return { desk, login, repository: fullName, integrationId: await connect(desk, instance, { login }) };
}

describe("the hook of a repository", () => {
  test("is registered with a secret of its own, which the provider signs with and nobody else opens", async () => {
    const it = await scene();
    const { repositoryId } = await addBoundApp(it.desk, it);
    const [registered] = await at(it.repository);
    const hook = await hookOf(repositoryId);
    expect(registered?.url).toBe(`${consoleUrl}/api/webhooks/github/${hook?.id}`);
    const opened = await openHookSecrets(hook?.id ?? "");
    expect(opened?.secrets.map((secret) => secret.reveal())).toEqual([registered?.secret]);
    expect(JSON.stringify(hook)).not.toContain(registered?.secret);
    expect(await openHookSecrets("hok_00000000000000000000")).toBeNull();
  });

  test("is one, however many apps follow the repository and whoever asks at once", async () => {
    const it = await scene();
    const { repositoryId } = await addBoundApp(it.desk, it);
    await addBoundApp(it.desk, it);
    await Promise.all(Array.from({ length: 5 }, () => ensureHook(it.desk.projectId, repositoryId)));
    expect(await at(it.repository)).toHaveLength(1);
  });

  test("is another for each project, with another secret", async () => {
    const it = await scene();
    const other = await addDesk();
    const second = { ...it, desk: other, integrationId: await connect(other, instance, { login: it.login }) };
    await addBoundApp(it.desk, it);
    await addBoundApp(other, second);
    const registered = await at(it.repository);
    expect(new Set(registered.map(({ url }) => url)).size).toBe(2);
    expect(new Set(registered.map(({ secret }) => secret)).size).toBe(2);
  });

  test("whose registration was lost on its way back is adopted, with the secret that we hold", async () => {
    const it = await scene();
    await forge().admin.fault({ match: onHooks("POST"), action: { kind: "drop", when: "after" } });
    const { repositoryId } = await addBoundApp(it.desk, it);
    expect(await hookOf(repositoryId)).toMatchObject({ status: "registering", externalId: null });
    expect((await rowOf(repositoryId))?.pollAt).toBeInstanceOf(Date);
    expect(await at(it.repository)).toHaveLength(1);
    await makeDue(repositoryId);
    await runDueHookChecks(forever);
    const hook = await hookOf(repositoryId);
    const [registered, ...more] = await at(it.repository);
    expect(more).toEqual([]);
    expect(hook).toMatchObject({ status: "active", externalId: String(registered?.id) });
    expect((await openHookSecrets(hook?.id ?? ""))?.secrets[0]?.reveal()).toBe(registered?.secret);
  });

  test.each([
    ["unreachable", /cannot reach this console/],
    ["limit", /as many webhooks as GitHub permits/],
  ] as const)("that is refused as %s says so, and the repository is polled", async (reason, sentence) => {
    const it = await scene();
    await forge().admin.fault({ match: onHooks("POST"), action: { kind: "refuse_hook", reason } });
    const { repositoryId } = await addBoundApp(it.desk, it);
    const hook = await hookOf(repositoryId);
    expect(hook).toMatchObject({ status: "refused", externalId: null });
    expect(hook?.statusReason).toMatch(sentence);
    expect(hook?.statusReason).toMatch(/instead, every minute/);
    expect((await rowOf(repositoryId))?.pollAt).toBeInstanceOf(Date);
  });

  test("that an account may not manage is polled instead", async () => {
    const it = await scene();
    const reader = unique("reader");
    await forge().admin.createUser({ login: reader });
    await forge().admin.addCollaborator(it.repository, reader, "read");
    const integrationId = await connect(it.desk, instance, { login: reader });
    const { repositoryId } = await addBoundApp(it.desk, { integrationId, repository: it.repository });
    expect((await hookOf(repositoryId))?.statusReason).toContain(`${reader} may not manage the webhooks`);
    expect(await at(it.repository)).toEqual([]);
  });

  test("is not asked for where a console on this machine cannot be reached by a host elsewhere", () => {
    expect(isReachableFrom("https://github.com")).toBe(false);
    expect(isReachableFrom("http://127.0.0.1:4000")).toBe(true);
    env().CONSOLE_URL = "https://console.example";
    expect(isReachableFrom("https://github.com")).toBe(true);
  });

  test("that was deleted at the provider is made again; one that was switched off is switched on", async () => {
    const it = await scene();
    const { repositoryId } = await addBoundApp(it.desk, it);
    const [first] = await at(it.repository);
    await forge().admin.deleteHook(first?.id ?? 0);
    await makeDue(repositoryId);
    await runDueHookChecks(forever);
    const [second] = await at(it.repository);
    expect(second?.url).toBe(first?.url);
    await forge().admin.disableHook(second?.id ?? 0);
    await makeDue(repositoryId);
    await runDueHookChecks(forever);
    expect(await at(it.repository)).toMatchObject([{ id: second?.id, active: true }]);
  });

  test("whose delivery got no answer at all is failing, and the repository is read at once; an unused one is not", async () => {
    const it = await scene();
    const { repositoryId } = await addBoundApp(it.desk, it);
    await forge().admin.commitFiles(it.repository, "main", { a: "1" }, { message: "unheard" });
    const isNoticed = async () => {
      await makeDue(repositoryId);
      await runDueHookChecks(forever);
      return (await hookOf(repositoryId))?.status;
    };
    await expect.poll(isNoticed, { timeout: 20_000 }).toBe("failing");
    expect((await hookOf(repositoryId))?.statusReason).toContain("failed (no answer)");
    expect((await rowOf(repositoryId))?.pollAt?.getTime()).toBeLessThanOrEqual(Date.now() + 1000);
  });

  test("is made for a repository that is followed without one, once its integration can be used", async () => {
    const it = await scene();
    const { repositoryId } = await addBoundApp(it.desk, it);
    for (const { id } of await at(it.repository)) await forge().admin.deleteHook(id);
    await db().delete(hooks).where(eq(hooks.repositoryId, repositoryId));
    const become = (status: "paused" | "active") =>
      db().update(integrations).set({ status }).where(eq(integrations.id, it.integrationId));
    await become("paused");
    await runDueHookChecks(forever);
    expect(await hookOf(repositoryId)).toBeUndefined();
    await become("active");
    await Promise.all([runDueHookChecks(forever), runDueHookChecks(forever)]);
    expect(await at(it.repository)).toHaveLength(1);
    expect(await hookOf(repositoryId)).toMatchObject({ status: "active", integrationId: it.integrationId });
  });

  test("follows the console to a new address", async () => {
    const it = await scene();
    const { repositoryId } = await addBoundApp(it.desk, it);
    env().CONSOLE_URL = "http://127.0.0.1:3999";
    await runDueHookChecks(forever);
    const hook = await hookOf(repositoryId);
    expect(hook?.address).toBe(`http://127.0.0.1:3999/api/webhooks/github/${hook?.id}`);
    expect((await at(it.repository)).map(({ url }) => url)).toEqual([hook?.address]);
  });

  test("of a repository that nobody follows any more is deleted, here at once and there by a cleanup", async () => {
    const it = await scene();
    const { fullName } = await forge().admin.createRepository({ owner: it.login, name: unique("other") });
    const { appId, repositoryId } = await addBoundApp(it.desk, it);
    const next = await rebind(it.desk, appId, { integrationId: it.integrationId, repository: fullName });
    expect(await hookOf(repositoryId)).toBeUndefined();
    expect((await rowOf(repositoryId))?.pollAt).toBeNull();
    await runDueCleanups(forever);
    expect(await at(it.repository)).toEqual([]);
    expect(await at(fullName)).toHaveLength(1);
    expect(await hookOf(next)).toMatchObject({ status: "active" });
    const [step] = await db().select().from(cleanups).where(eq(cleanups.projectId, it.desk.projectId));
    expect(step).toMatchObject({ kind: "delete_hook", outcome: "done" });
  });

  test("that is registered while its integration is removed does not stay behind", async () => {
    const it = await scene();
    await forge().admin.fault({ match: onHooks("POST"), action: { kind: "delay", ms: 4000 } });
    const bound = addBoundApp(it.desk, it);
    const mine = eq(hooks.projectId, it.desk.projectId);
    await expect
      .poll(async () => (await db().select().from(hooks).where(mine))[0]?.leaseUntil, { timeout: 20_000 })
      .toBeInstanceOf(Date);
    await removeIntegration(it.desk.ctx, { integrationId: it.integrationId, confirmName: it.login });
    await bound;
    await db()
      .update(cleanups)
      .set({ attemptAt: new Date(Date.now() - 1000) })
      .where(eq(cleanups.projectId, it.desk.projectId));
    await runDueCleanups(forever);
    expect(await at(it.repository)).toEqual([]);
  });
});

describe("a repository that changes its name", () => {
  test("keeps its row, its binding and its hook, and is read under the new name", async () => {
    const it = await scene();
    const { repositoryId } = await addBoundApp(it.desk, it);
    const renamed = await forge().admin.renameRepository(it.repository, unique("renamed"));
    await makeDue(repositoryId);
    await runDueHookChecks(forever);
    const row = await rowOf(repositoryId);
    expect(row).toMatchObject({ fullName: renamed.fullName, cloneUrl: renamed.cloneUrl, goneAt: null });
    expect(await at(renamed.fullName)).toHaveLength(1);
  });

  test("and one that is gone says so, until it is back", async () => {
    const it = await scene();
    const { repositoryId } = await addBoundApp(it.desk, it);
    const stranger = unique("stranger");
    await forge().admin.createUser({ login: stranger });
    await forge().admin.setVisibility(it.repository, "private");
    const moved = await forge().admin.transferRepository(it.repository, stranger);
    await forge().admin.removeCollaborator(moved.fullName, it.login);
    await makeDue(repositoryId);
    await runDueHookChecks(forever);
    expect((await rowOf(repositoryId))?.goneAt).toBeInstanceOf(Date);
    expect((await hookOf(repositoryId))?.statusReason).toMatch(/no longer shows/);
    await forge().admin.addCollaborator(moved.fullName, it.login, "admin");
    await makeDue(repositoryId);
    await runDueHookChecks(forever);
    expect(await rowOf(repositoryId)).toMatchObject({ goneAt: null, fullName: moved.fullName });
    // It is there again; the delivery that nobody took here still counts against it.
    expect((await hookOf(repositoryId))?.status).not.toBe("missing");
  });
});
