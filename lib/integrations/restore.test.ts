import { randomBytes } from "node:crypto";
import { eq } from "drizzle-orm";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { auditEvents, db, hooks, integrations, sources } from "@/db";
import { loadProjectContext, type Role } from "@/lib/access";
import type { ReadyInstance } from "@/lib/instances";
import {
  listRemoved,
  listRestorable,
  pauseIntegration,
  removeIntegration,
  restoreApps,
  runDueCleanups,
} from "@/lib/integrations";
import { listMissed, listRecentPushes, reconcileRepository } from "@/lib/pushes";
import { addBoundApp, type BoundApp, rebind } from "@/lib/testing/bound-app";
import { useTestDatabase } from "@/lib/testing/database";
import { deploymentsOf } from "@/lib/testing/factories";
import { addDesk, addInstance, connect, type Desk, openDesk, useForge } from "@/lib/testing/forge";
import { addMember, addUser, sessionOf } from "@/lib/testing/people";

useTestDatabase();
const { forge } = useForge();
let instance: ReadyInstance;

beforeAll(async () => {
  instance = await addInstance(forge());
});
beforeEach(() => forge().admin.clearFaults());

const forever = new AbortController().signal;
const unique = (name: string) => `${name}-${randomBytes(3).toString("hex")}`;
const hooksAt = async (repository: string) => (await forge().admin.hooks(repository)).map(({ url }) => url);
const sourceOf = async (appId: string) =>
  (await db().select().from(sources).where(eq(sources.appId, appId)))[0];

type Scene = { desk: Desk; login: string; integrationId: string; repositories: string[]; apps: BoundApp[] };

/** An account with repositories, connected to a project in which one app follows each. */
async function scene(count = 1): Promise<Scene> {
  const login = unique("user");
  await forge().admin.createUser({ login });
  const desk = await addDesk();
  const repositories: string[] = [];
  for (let i = 0; i < count; i += 1) {
    const { fullName } = await forge().admin.createRepository({ owner: login, name: `site-${i}` });
    repositories.push(fullName);
  }
  const integrationId = await connect(desk, instance, { login });
  const apps: BoundApp[] = [];
  for (const repository of repositories) apps.push(await addBoundApp(desk, { integrationId, repository }));
  return { desk, login, integrationId, repositories, apps };
}

const remove = ({ desk, integrationId, login }: Scene) =>
  removeIntegration(desk.ctx, { integrationId, confirmName: login });
const idsOf = ({ apps }: Scene) => apps.map(({ appId }) => appId);

async function removedAndConnected(it: Scene): Promise<string> {
  await remove(it);
  await runDueCleanups(forever);
  return await connect(it.desk, instance, { login: it.login });
}

describe("connecting the same account again", () => {
  test("offers all apps that lost it, and reconnects them in one step, hooks included", async () => {
    const it = await scene(2);
    const before = await Promise.all(idsOf(it).map(sourceOf));
    const again = await removedAndConnected(it);
    expect((await hooksAt(it.repositories[0] ?? "")).length).toBe(0);
    expect(await listRestorable(it.desk.ctx)).toMatchObject([
      { integrationId: again, account: it.login, removedBy: "Ada", apps: [{}, {}] },
    ]);
    const result = await restoreApps(it.desk.ctx, { integrationId: again, appIds: idsOf(it) });
    expect(result.left).toEqual([]);
    expect(result.restored.map(({ id }) => id).sort()).toEqual(idsOf(it).sort());
    for (const [i, { appId, repositoryId }] of it.apps.entries()) {
      expect(await sourceOf(appId)).toMatchObject({
        integrationId: again,
        lostIntegrationId: null,
        repositoryId,
        branch: before[i]?.branch,
        rootDirectory: before[i]?.rootDirectory,
        autoDeploy: before[i]?.autoDeploy,
      });
      expect(await hooksAt(it.repositories[i] ?? "")).toHaveLength(1);
      const [hook] = await db().select().from(hooks).where(eq(hooks.repositoryId, repositoryId));
      expect(hook).toMatchObject({ status: "active", integrationId: again });
    }
    expect(await listRestorable(it.desk.ctx)).toEqual([]);
    const events = await db().select().from(auditEvents).where(eq(auditEvents.subjectId, again));
    expect(events.map(({ event }) => event)).toContain("integration.restored");
  });

  test("finds what was pushed meanwhile: deployed where auto-deploy is on, listed for the others", async () => {
    const it = await scene(2);
    const [auto, manual] = it.apps;
    if (!auto || !manual) throw new Error("The scene has two apps.");
    await db().update(sources).set({ autoDeploy: false }).where(eq(sources.appId, manual.appId));
    await remove(it);
    const heads = [];
    for (const repository of it.repositories) {
      heads.push(
        await forge().admin.commitFiles(repository, "main", { "a.html": "a" }, { message: "Missed" }),
      );
    }
    const again = await connect(it.desk, instance, { login: it.login });
    await restoreApps(it.desk.ctx, { integrationId: again, appIds: idsOf(it) });
    expect(await deploymentsOf(auto.appId)).toMatchObject([{ commit: heads[0], status: "queued" }]);
    expect(await deploymentsOf(manual.appId)).toEqual([]);
    expect(await listMissed(it.desk.ctx, again)).toMatchObject(
      [
        { appId: auto.appId, pushes: 1, isOver: true, deployment: { number: 1 } },
        { appId: manual.appId, pushes: 1, isOver: true, deployment: null, autoDeploy: false },
      ].sort((a, b) => (a.appId < b.appId ? -1 : 1)),
    );
  });

  test("makes up for a push that was noted while another app of the repository went on", async () => {
    const it = await scene();
    const [app] = it.apps;
    const repository = it.repositories[0] ?? "";
    const colleague = unique("user");
    await forge().admin.createUser({ login: colleague });
    await forge().admin.addCollaborator(repository, colleague, "admin");
    const other = await connect(it.desk, instance, { login: colleague });
    const neighbour = await addBoundApp(it.desk, { integrationId: other, repository });
    await remove(it);
    const head = await forge().admin.commitFiles(repository, "main", { "a.html": "a" });
    await reconcileRepository(app?.repositoryId ?? "");
    expect(await deploymentsOf(neighbour.appId)).toMatchObject([{ commit: head }]);
    expect(await listRecentPushes(it.desk.ctx, app?.appId ?? "")).toMatchObject([
      { verdict: "app_disconnected" },
    ]);
    const again = await connect(it.desk, instance, { login: it.login });
    await restoreApps(it.desk.ctx, { integrationId: again, appIds: idsOf(it) });
    expect(await deploymentsOf(app?.appId ?? "")).toMatchObject([{ commit: head, trigger: "catch_up" }]);
    expect(await deploymentsOf(neighbour.appId)).toHaveLength(1);
    expect(await listRecentPushes(it.desk.ctx, app?.appId ?? "")).toMatchObject([
      { sentence: "Deployed late: the app had lost its integration when it came." },
    ]);
  });

  test("names the apps that the new grant does not reach and leaves them; the others are reconnected", async () => {
    const it = await scene(2);
    const again = await removedAndConnected(it);
    await forge().admin.deleteRepository(it.repositories[1] ?? "");
    const { restored, left } = await restoreApps(it.desk.ctx, { integrationId: again, appIds: idsOf(it) });
    expect(restored.map(({ id }) => id)).toEqual([it.apps[0]?.appId]);
    expect(left).toMatchObject([
      { id: it.apps[1]?.appId, reason: expect.stringContaining("may not see it") },
    ]);
    expect(await sourceOf(it.apps[1]?.appId ?? "")).toMatchObject({
      integrationId: null,
      lostIntegrationId: it.integrationId,
    });
    expect(await listRestorable(it.desk.ctx)).toMatchObject([{ apps: [{ id: it.apps[1]?.appId }] }]);
  });

  test("reconnects only the apps that were chosen, and not one that was bound elsewhere meanwhile", async () => {
    const it = await scene(3);
    const [first, second, third] = it.apps;
    const again = await removedAndConnected(it);
    const { fullName } = await forge().admin.createRepository({ owner: it.login, name: "elsewhere" });
    await rebind(it.desk, second?.appId ?? "", { integrationId: again, repository: fullName });
    const elsewhere = await sourceOf(second?.appId ?? "");
    const chosen = [first?.appId ?? "", second?.appId ?? ""];
    const { restored } = await restoreApps(it.desk.ctx, { integrationId: again, appIds: chosen });
    expect(restored.map(({ id }) => id)).toEqual([first?.appId]);
    expect(await sourceOf(second?.appId ?? "")).toEqual(elsewhere);
    expect((await sourceOf(third?.appId ?? ""))?.integrationId).toBeNull();
  });

  test("restores once when two people click at the same moment, and nothing the third time", async () => {
    const it = await scene();
    const again = await removedAndConnected(it);
    const restore = () => restoreApps(it.desk.ctx, { integrationId: again, appIds: idsOf(it) });
    const results = await Promise.all([restore(), restore()]);
    expect(results.map(({ restored }) => restored.length).sort()).toEqual([0, 1]);
    expect(await restore()).toEqual({ restored: [], left: [] });
    expect(await hooksAt(it.repositories[0] ?? "")).toHaveLength(1);
    const events = await db().select().from(auditEvents).where(eq(auditEvents.subjectId, again));
    expect(events.filter(({ event }) => event === "integration.restored")).toHaveLength(1);
  });

  test("does not bind the hook that the removal still has to delete: it goes, the new one stays", async () => {
    const it = await scene();
    const repository = it.repositories[0] ?? "";
    const [old] = await hooksAt(repository);
    await remove(it);
    const again = await connect(it.desk, instance, { login: it.login });
    await restoreApps(it.desk.ctx, { integrationId: again, appIds: idsOf(it) });
    expect(await hooksAt(repository)).toHaveLength(2);
    await runDueCleanups(forever);
    const left = await hooksAt(repository);
    expect(left).toHaveLength(1);
    expect(left[0]).not.toBe(old);
  });

  test("is not offered for another account, another project, or apps that never lost it", async () => {
    const it = await scene();
    const stranger = unique("user");
    await forge().admin.createUser({ login: stranger });
    await remove(it);
    const other = await connect(it.desk, instance, { login: stranger });
    expect(await listRestorable(it.desk.ctx)).toEqual([]);
    expect(await restoreApps(it.desk.ctx, { integrationId: other, appIds: idsOf(it) })).toEqual({
      restored: [],
      left: [],
    });
    const foreign = await addDesk();
    const theirs = await connect(foreign, instance, { login: it.login });
    expect(await listRestorable(foreign.ctx)).toEqual([]);
    expect(await restoreApps(foreign.ctx, { integrationId: theirs, appIds: idsOf(it) })).toMatchObject({
      restored: [],
    });
    await expect(
      restoreApps(it.desk.ctx, { integrationId: theirs, appIds: idsOf(it) }),
    ).rejects.toMatchObject({ code: "not_found" });
    expect((await sourceOf(it.apps[0]?.appId ?? ""))?.integrationId).toBeNull();
  });

  test("asks nothing of the provider while it is paused, and says so; a provider that is down changes nothing", async () => {
    const it = await scene();
    const again = await removedAndConnected(it);
    await pauseIntegration(it.desk.ctx, { integrationId: again });
    const restore = () => restoreApps(it.desk.ctx, { integrationId: again, appIds: idsOf(it) });
    await expect(restore()).rejects.toMatchObject({
      code: "conflict",
      message: expect.stringContaining("is paused"),
    });
    await db().update(integrations).set({ status: "active" }).where(eq(integrations.id, again));
    await forge().admin.fault({
      match: { path: "/api/v3/**" },
      action: { kind: "status", status: 503 },
      count: "always",
    });
    await expect(restore()).rejects.toMatchObject({ code: "unavailable" });
    expect((await sourceOf(it.apps[0]?.appId ?? ""))?.integrationId).toBeNull();
    await forge().admin.clearFaults();
    expect((await restore()).restored).toHaveLength(1);
  });

  test.each([
    ["owner", true],
    ["admin", true],
    ["member", false],
    ["viewer", false],
  ] as [Role, boolean][])("is done by an %s: %s", async (role, isAllowed) => {
    const it = await scene();
    const again = await removedAndConnected(it);
    const person = await addUser();
    await addMember(it.desk.projectId, person, role);
    const { ctx } = await openDesk(it.desk.projectId, person);
    const done = restoreApps(ctx, { integrationId: again, appIds: idsOf(it) });
    if (isAllowed) expect((await done).restored).toHaveLength(1);
    else await expect(done).rejects.toMatchObject({ code: "forbidden" });
  });

  test("the removed one is remembered with the apps that wait for it, as long as one does", async () => {
    const it = await scene();
    await remove(it);
    const viewer = await addUser();
    await addMember(it.desk.projectId, viewer, "viewer");
    const ctx = await loadProjectContext(sessionOf(viewer), it.desk.projectId);
    expect(await listRemoved(ctx)).toMatchObject([
      { id: it.integrationId, account: it.login, removedBy: "Ada", pending: 2, apps: [{ id: idsOf(it)[0] }] },
    ]);
    const again = async () => (await listRemoved(ctx)).map((each) => each.again);
    expect(await again()).toEqual([null]);
    const connectedAgain = await connect(it.desk, instance, { login: it.login });
    expect(await again()).toEqual([connectedAgain]);
    await db()
      .update(integrations)
      .set({ removedAt: new Date(Date.now() - 90 * 86_400_000) })
      .where(eq(integrations.id, it.integrationId));
    expect(await listRemoved(ctx)).toHaveLength(1);
    await db()
      .update(sources)
      .set({ lostIntegrationId: null })
      .where(eq(sources.appId, idsOf(it)[0] ?? ""));
    expect(await listRemoved(ctx)).toEqual([]);
  });
});
