import { randomBytes } from "node:crypto";
import { eq } from "drizzle-orm";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { allowedRepositories, auditEvents, db, heads, hooks, repositories } from "@/db";
import type { Role } from "@/lib/access";
import { CredentialUnavailable } from "@/lib/credentials";
import type { ReadyInstance } from "@/lib/instances";
import {
  getAllowList,
  listRestorable,
  removeIntegration,
  restoreApps,
  restrictRepositories,
  runDueCleanups,
} from "@/lib/integrations";
import { listRecentPushes, observeHead, reconcileRepository } from "@/lib/pushes";
import { bindSource, chooseSource, readHeadOf, searchBranches, searchRepositories } from "@/lib/sources";
import { addBoundApp, rebind } from "@/lib/testing/bound-app";
import { useTestDatabase } from "@/lib/testing/database";
import { deploymentsOf } from "@/lib/testing/factories";
import { addDesk, addInstance, connect, type Desk, openDesk, useForge } from "@/lib/testing/forge";
import { addMember, addUser } from "@/lib/testing/people";

useTestDatabase();
const { forge } = useForge();
let instance: ReadyInstance;

beforeAll(async () => {
  instance = await addInstance(forge());
});
beforeEach(() => forge().admin.clearFaults());

const forever = new AbortController().signal;
const unique = (name: string) => `${name}-${randomBytes(3).toString("hex")}`;

type Repo = { fullName: string; externalId: string };
type Scene = { desk: Desk; login: string; integrationId: string; used: Repo; other: Repo; appId: string };

/** An account with two repositories; an app follows the first. */
async function scene(): Promise<Scene> {
  const login = unique("user");
  await forge().admin.createUser({ login });
  const desk = await addDesk();
  await forge().admin.createRepository({ owner: login, name: "used" });
  await forge().admin.createRepository({ owner: login, name: "other" });
  const integrationId = await connect(desk, instance, { login });
  const { appId } = await addBoundApp(desk, { integrationId, repository: `${login}/used` });
  const found = await searchRepositories(desk.ctx, { integrationId, query: login });
  const of = (name: string): Repo => {
    const item = found.items.find(({ fullName }) => fullName === `${login}/${name}`);
    if (!item) throw new Error(`${name} was not found.`);
    return { fullName: item.fullName, externalId: item.externalId };
  };
  return { desk, login, integrationId, used: of("used"), other: of("other"), appId };
}

const versionOf = async ({ desk, integrationId }: Scene) =>
  (await getAllowList(desk.ctx, integrationId)).version;
const restrict = async (it: Scene, externalIds: string[], isRestricted = true) =>
  restrictRepositories(it.desk.ctx, {
    ...{ integrationId: it.integrationId, isRestricted, externalIds },
    version: await versionOf(it),
  });
const choose = ({ desk, integrationId }: Scene, repository: string) =>
  chooseSource(desk.ctx, { integrationId, repository, branch: "main" });
const repositoryOf = async ({ desk, used }: Scene) => {
  const rows = await db().select().from(repositories).where(eq(repositories.projectId, desk.projectId));
  const row = rows.find(({ externalId }) => externalId === used.externalId);
  if (!row) throw new Error("There is no repository.");
  return row;
};

async function push(it: Scene): Promise<string> {
  const commit = await forge().admin.commitFiles(it.used.fullName, "main", { "a.html": unique("a") });
  const { id: repositoryId, projectId } = await repositoryOf(it);
  const [head] = await db().select().from(heads).where(eq(heads.repositoryId, repositoryId));
  await db().transaction((tx) =>
    observeHead(tx, {
      ...{ projectId, repositoryId, ref: "refs/heads/main", commit },
      facts: { message: "Change", author: "Ada", pusher: "ada" },
      ground: { learnedFrom: "delivery", before: head?.commit ?? null, isForced: false },
    }),
  );
  return commit;
}

describe("an allow-list", () => {
  test("is off at first: apps may use everything that the account reaches", async () => {
    const it = await scene();
    expect(await getAllowList(it.desk.ctx, it.integrationId)).toMatchObject({
      isRestricted: false,
      repositories: [],
      apps: [{ id: it.appId, externalId: it.used.externalId }],
    });
    expect((await choose(it, it.other.fullName)).repository.fullName).toBe(it.other.fullName);
  });

  test("keeps apps from what it does not name: typed, chosen by id, raced and searched", async () => {
    const it = await scene();
    expect(await restrict(it, [it.used.externalId])).toEqual({ stopped: [], caughtUp: 0 });
    for (const typed of [it.other.fullName, it.other.externalId]) {
      await expect(choose(it, typed)).rejects.toMatchObject({
        code: "invalid",
        fields: { repository: expect.stringContaining("does not name this repository") },
      });
    }
    const found = await searchRepositories(it.desk.ctx, { integrationId: it.integrationId, query: it.login });
    const allowed = Object.fromEntries(found.items.map((item) => [item.fullName, item.isAllowed]));
    expect(allowed).toMatchObject({ [it.used.fullName]: true, [it.other.fullName]: false });
    const branches = { integrationId: it.integrationId, query: "" };
    await expect(
      searchBranches(it.desk.ctx, { ...branches, repositoryExternalId: it.other.externalId }),
    ).rejects.toMatchObject({ code: "conflict" });
    expect(
      await searchBranches(it.desk.ctx, { ...branches, repositoryExternalId: it.used.externalId }),
    ).toHaveLength(1);
  });

  test("is looked at again when a source is bound, whoever asked before it changed", async () => {
    const it = await scene();
    const chosen = await choose(it, it.other.fullName);
    await restrict(it, [it.used.externalId]);
    const binding = { ...chosen, appId: it.appId, rootDirectory: "", autoDeploy: true };
    await expect(db().transaction((tx) => bindSource(tx, it.desk.ctx, binding))).rejects.toMatchObject({
      code: "invalid",
    });
    await expect(
      rebind(it.desk, it.appId, { integrationId: it.integrationId, repository: it.other.fullName }),
    ).rejects.toMatchObject({ code: "invalid" });
  });

  test("stops pushes of what it does not name any more, says so, and makes up for them once it does", async () => {
    const it = await scene();
    expect(await restrict(it, [it.other.externalId])).toMatchObject({ stopped: [{ id: it.appId }] });
    const commit = await push(it);
    expect(await deploymentsOf(it.appId)).toEqual([]);
    expect(await listRecentPushes(it.desk.ctx, it.appId)).toMatchObject([
      {
        verdict: "repository_not_allowed",
        sentence: `Not deployed: the allow-list of ${it.login} does not name this repository.`,
      },
    ]);
    expect(await restrict(it, [it.other.externalId, it.used.externalId])).toEqual({
      stopped: [],
      caughtUp: 1,
    });
    expect(await deploymentsOf(it.appId)).toMatchObject([{ commit, trigger: "catch_up" }]);
  });

  test("keeps the console from reading it as well: no poll, no hook check with this credential", async () => {
    const it = await scene();
    const { id } = await repositoryOf(it);
    await restrict(it, []);
    await forge().admin.clearRequests();
    const error = await readHeadOf(id, "main").catch((thrown) => thrown);
    expect(error).toBeInstanceOf(CredentialUnavailable);
    expect(error).toMatchObject({ code: "repository_not_allowed" });
    await reconcileRepository(id);
    expect(await forge().admin.requests({})).toEqual([]);
    expect((await repositoryOf(it)).pollError).toContain("does not name this repository");
    const [hook] = await db().select().from(hooks).where(eq(hooks.repositoryId, id));
    expect(hook?.status).toBe("active");
  });

  test("switched off lets apps use everything again, and keeps the list", async () => {
    const it = await scene();
    await restrict(it, [it.used.externalId]);
    await restrict(it, [it.used.externalId], false);
    expect((await choose(it, it.other.fullName)).repository.fullName).toBe(it.other.fullName);
    expect(await getAllowList(it.desk.ctx, it.integrationId)).toMatchObject({
      isRestricted: false,
      repositories: [{ fullName: it.used.fullName, addedBy: "Ada" }],
    });
  });

  test("takes only what the account reaches, by its id, and records who changed what, once", async () => {
    const it = await scene();
    await expect(restrict(it, ["999999999"])).rejects.toMatchObject({
      code: "invalid",
      fields: { repositories: expect.stringContaining("may not see it") },
    });
    await restrict(it, [it.used.externalId]);
    await restrict(it, [it.used.externalId]);
    const events = await db().select().from(auditEvents).where(eq(auditEvents.subjectId, it.integrationId));
    const changes = events.filter(({ event }) => event === "integration.restricted");
    expect(changes).toMatchObject([
      { actorName: "Ada", facts: { added: [it.used.fullName], removed: [], repositories: 1 } },
    ]);
  });

  test("follows a repository that is renamed", async () => {
    const it = await scene();
    await restrict(it, [it.used.externalId]);
    await forge().admin.renameRepository(it.used.fullName, "renamed");
    expect((await choose(it, `${it.login}/renamed`)).repository.externalId).toBe(it.used.externalId);
  });

  test("holds for a restore, too", async () => {
    const it = await scene();
    await removeIntegration(it.desk.ctx, { integrationId: it.integrationId, confirmName: it.login });
    await runDueCleanups(forever);
    const again = await connect(it.desk, instance, { login: it.login });
    await restrict({ ...it, integrationId: again }, [it.other.externalId]);
    const { restored, left } = await restoreApps(it.desk.ctx, { integrationId: again, appIds: [it.appId] });
    expect([restored, left]).toMatchObject([
      [],
      [{ id: it.appId, reason: expect.stringContaining("allow-list") }],
    ]);
    expect(await listRestorable(it.desk.ctx)).toHaveLength(1);
  });

  test("that two people edit at the same time loses nothing unseen: the second is told, and what they saw last is saved", async () => {
    const it = await scene();
    const save = async (externalIds: string[], version: string) =>
      restrictRepositories(it.desk.ctx, {
        ...{ integrationId: it.integrationId, isRestricted: true },
        ...{ externalIds, version },
      });
    const opened = await versionOf(it);
    const both = await Promise.allSettled([
      save([it.used.externalId], opened),
      save([it.other.externalId], opened),
    ]);
    expect(both.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    const refused = both.find(({ status }) => status === "rejected");
    expect(refused).toMatchObject({
      reason: { code: "conflict", message: expect.stringContaining("somebody else changed this list") },
    });
    expect((await getAllowList(it.desk.ctx, it.integrationId)).repositories).toHaveLength(1);
    await save([it.used.externalId, it.other.externalId], await versionOf(it));
    expect((await getAllowList(it.desk.ctx, it.integrationId)).repositories).toHaveLength(2);
    // The same list is the same version, whichever way it became what it is.
    await expect(save([], opened)).rejects.toMatchObject({ code: "conflict" });
    await restrict(it, [], false);
    expect(await versionOf(it)).toBe(opened);
  });

  test.each([
    ["owner", true],
    ["admin", true],
    ["member", false],
    ["viewer", false],
  ] as [Role, boolean][])("is edited by an %s: %s", async (role, isAllowed) => {
    const it = await scene();
    const person = await addUser();
    await addMember(it.desk.projectId, person, role);
    const { ctx } = await openDesk(it.desk.projectId, person);
    const edit = restrictRepositories(ctx, {
      integrationId: it.integrationId,
      isRestricted: true,
      externalIds: [it.used.externalId],
      version: await versionOf(it),
    });
    if (isAllowed) expect(await edit).toEqual({ stopped: [], caughtUp: 0 });
    else await expect(edit).rejects.toMatchObject({ code: "forbidden" });
    if (role === "viewer")
      await expect(getAllowList(ctx, it.integrationId)).rejects.toMatchObject({ code: "forbidden" });
    else expect(await getAllowList(ctx, it.integrationId)).toMatchObject({ isRestricted: isAllowed });
  });

  test("of another project is not found, and nothing is written", async () => {
    const it = await scene();
    const foreign = await addDesk();
    await expect(getAllowList(foreign.ctx, it.integrationId)).rejects.toMatchObject({ code: "not_found" });
    await expect(
      restrictRepositories(foreign.ctx, {
        integrationId: it.integrationId,
        isRestricted: true,
        externalIds: [],
        version: await versionOf(it),
      }),
    ).rejects.toMatchObject({ code: "not_found" });
    const rows = await db()
      .select()
      .from(allowedRepositories)
      .where(eq(allowedRepositories.integrationId, it.integrationId));
    expect(rows).toEqual([]);
  });
});
