import { randomBytes } from "node:crypto";
import { eq } from "drizzle-orm";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { auditEvents, cleanups, credentials, db, hooks, integrations, repositories, sources } from "@/db";
import { loadProjectContext } from "@/lib/access";
import { CredentialUnavailable, withCredential } from "@/lib/credentials";
import { enqueueDeployment, getDeployment } from "@/lib/deployments";
import type { ReadyInstance } from "@/lib/instances";
import { listIntegrations, removalImpact, removeIntegration, runDueCleanups } from "@/lib/integrations";
import { claimCleanup } from "@/lib/integrations/claim-cleanup";
import { runCleanup } from "@/lib/integrations/run-cleanup";
import { tendHook } from "@/lib/sources/tend-hook";
import { addBoundApp, rebind } from "@/lib/testing/bound-app";
import { useTestDatabase } from "@/lib/testing/database";
import { addDesk, addInstance, connect, type Desk, useForge } from "@/lib/testing/forge";
import { addMember, addUser, sessionOf } from "@/lib/testing/people";

useTestDatabase();
const { forge } = useForge();
let instance: ReadyInstance;

beforeAll(async () => {
  instance = await addInstance(forge());
});
beforeEach(async () => {
  await forge().admin.clearFaults();
  // Nothing that another test left to do.
  await runDueCleanups(forever);
});

const forever = new AbortController().signal;
const unique = (name: string) => `${name}-${randomBytes(3).toString("hex")}`;
const liveTokens = (login: string) => forge().admin.tokens({ login, active: true });
const hooksAt = async (repository: string) => (await forge().admin.hooks(repository)).map(({ url }) => url);

type Scene = { desk: Desk; login: string; repository: string; integrationId: string };

/** An account of its own with one repository, connected to a project. */
async function scene(): Promise<Scene> {
  const login = unique("user");
  await forge().admin.createUser({ login });
  const { fullName } = await forge().admin.createRepository({ owner: login, name: "site" });
  const desk = await addDesk();
  return { desk, login, repository: fullName, integrationId: await connect(desk, instance, { login }) };
}

/** The same, whose app has just left the repository: its hook is still to be deleted with the integration's own token. */
async function left(): Promise<Scene> {
  const made = await scene();
  const { integrationId, login } = made;
  const { fullName } = await forge().admin.createRepository({ owner: login, name: unique("next") });
  const { appId } = await addBoundApp(made.desk, made);
  await rebind(made.desk, appId, { integrationId, repository: fullName });
  return made;
}

const remove = ({ desk, integrationId, login }: Scene) =>
  removeIntegration(desk.ctx, { integrationId, confirmName: login });
const row = async (id: string) => (await db().select().from(integrations).where(eq(integrations.id, id)))[0];
const untilAsked = (method: string) =>
  expect.poll(async () => (await forge().admin.requests({ method })).length, { timeout: 10_000 }).not.toBe(0);
const steps = (id: string) =>
  db()
    .select()
    .from(cleanups)
    .where(eq(cleanups.integrationId, id))
    .orderBy(cleanups.position, cleanups.createdAt);

/** Lets everything be due now, as if the waiting were over. */
const hurry = (integrationId: string) =>
  db()
    .update(cleanups)
    .set({ attemptAt: new Date(Date.now() - 1000) })
    .where(eq(cleanups.integrationId, integrationId));

describe("removing an integration", () => {
  test("disconnects at once: no credential, no source, no hook, nobody can use it", async () => {
    const it = await scene();
    const { appId, repositoryId } = await addBoundApp(it.desk, it);
    await removalImpact(it.desk.ctx, it.integrationId).then((impact) =>
      expect(impact).toMatchObject({ apps: [{ id: appId }], hooks: [it.repository] }),
    );
    expect(await remove(it)).toMatchObject({ apps: 1, hooks: 1 });

    expect(
      await db().select().from(credentials).where(eq(credentials.integrationId, it.integrationId)),
    ).toEqual([]);
    const [source] = await db().select().from(sources).where(eq(sources.appId, appId));
    expect(source).toMatchObject({
      integrationId: null,
      lostIntegrationId: it.integrationId,
      branch: "main",
    });
    expect(await db().select().from(hooks).where(eq(hooks.repositoryId, repositoryId))).toEqual([]);
    expect(await listIntegrations(it.desk.ctx)).toEqual([]);
    const use = {
      integrationId: it.integrationId,
      projectId: it.desk.projectId,
      purpose: "test",
      actor: it.desk.ctx.actor,
      record: false,
    };
    const error = await withCredential(use, async () => "used").catch((thrown) => thrown);
    expect(error).toBeInstanceOf(CredentialUnavailable);
    expect(error).toMatchObject({
      code: "integration_removed",
      message: expect.stringContaining("Ada removed"),
    });
  });

  test("then deletes the hook, and after it revokes this one token, and keeps no copy", async () => {
    const it = await scene();
    await addBoundApp(it.desk, it);
    const elsewhere = await addDesk();
    await connect(elsewhere, instance, { login: it.login });
    await remove(it);
    expect((await row(it.integrationId))?.status).toBe("disconnecting");
    await forge().admin.clearRequests();
    await runDueCleanups(forever);
    expect(await hooksAt(it.repository)).toEqual([]);
    expect(await liveTokens(it.login)).toHaveLength(1);
    const calls = (await forge().admin.requests({ method: "DELETE" })).map(({ path }) => path);
    expect(calls.map((path) => path.includes("/hooks/"))).toEqual([true, false]);
    expect((await steps(it.integrationId)).map(({ outcome, tokenSealed }) => [outcome, tokenSealed])).toEqual(
      [
        ["done", null],
        ["done", null],
      ],
    );
    expect((await row(it.integrationId))?.status).toBe("removed");
    expect(await listIntegrations(elsewhere.ctx)).toMatchObject([{ account: it.login, status: "active" }]);
  });

  test("is retried while the provider is down, in its order, and finished when it is back", async () => {
    const it = await scene();
    await addBoundApp(it.desk, it);
    await remove(it);
    await forge().admin.fault({
      match: { path: "/api/v3/**" },
      action: { kind: "status", status: 503 },
      count: "always",
    });
    for (let i = 0; i < 3; i++) {
      await runDueCleanups(forever);
      await hurry(it.integrationId);
    }
    const [hook, token] = await steps(it.integrationId);
    expect(hook).toMatchObject({ attempts: 3, outcome: null, lastError: "GitHub answered 503." });
    expect(token).toMatchObject({ attempts: 0, outcome: null });
    expect(hook?.tokenSealed).toMatch(/^v1\./);
    await forge().admin.clearFaults();
    await runDueCleanups(forever);
    expect(await hooksAt(it.repository)).toEqual([]);
    expect(await liveTokens(it.login)).toEqual([]);
    expect((await row(it.integrationId))?.status).toBe("removed");
  });

  test("revokes the token within its day also where a webhook cannot be deleted", async () => {
    const it = await scene();
    await addBoundApp(it.desk, it);
    await remove(it);
    await forge().admin.fault({
      match: { path: "/api/v3/repositories/**" },
      action: { kind: "status", status: 503 },
      count: "always",
    });
    await runDueCleanups(forever);
    expect(await liveTokens(it.login)).toHaveLength(1);
    await db()
      .update(cleanups)
      .set({ expiresAt: new Date(Date.now() + 30 * 60_000) })
      .where(eq(cleanups.integrationId, it.integrationId));
    await runDueCleanups(forever);
    expect(await liveTokens(it.login)).toEqual([]);
    expect((await steps(it.integrationId)).map(({ outcome }) => outcome)).toEqual([null, "done"]);
  });

  test("gives up after a day and erases every copy", async () => {
    const it = await scene();
    await addBoundApp(it.desk, it);
    await remove(it);
    await db()
      .update(cleanups)
      .set({ expiresAt: new Date(Date.now() - 1000) })
      .where(eq(cleanups.integrationId, it.integrationId));
    await runDueCleanups(forever);
    expect((await steps(it.integrationId)).map(({ outcome, tokenSealed }) => [outcome, tokenSealed])).toEqual(
      [
        ["gave_up", null],
        ["gave_up", null],
      ],
    );
    expect((await row(it.integrationId))?.status).toBe("removed");
  });

  test("finds hook and token gone already without minding; many workers do each step once", async () => {
    const it = await scene();
    await addBoundApp(it.desk, it);
    await remove(it);
    await forge().admin.deleteRepository(it.repository);
    for (const { id } of await liveTokens(it.login)) await forge().admin.revokeToken(id);
    await Promise.all([1, 2, 3, 4].map(() => runDueCleanups(forever)));
    const outcomes = (await steps(it.integrationId)).map(({ outcome, attempts }) => [outcome, attempts]);
    expect(outcomes).toEqual([
      ["refused", 1],
      ["already_gone", 1],
    ]);
    expect((await row(it.integrationId))?.status).toBe("removed");
  });

  test("cancels what is queued with it, and only that", async () => {
    const it = await scene();
    const other = await scene();
    const queued = [];
    for (const each of [it, other]) {
      const { appId, repositoryId } = await addBoundApp(each.desk, each);
      const head = (await forge().admin.headOf(each.repository)) ?? "";
      const { id } = await db().transaction((tx) =>
        enqueueDeployment(tx, {
          projectId: each.desk.projectId,
          appId,
          kind: "production",
          trigger: "initial",
          triggeredBy: each.desk.person.id,
          pushId: null,
          repositoryId,
          repositoryName: each.repository,
          integrationId: each.integrationId,
          ref: "refs/heads/main",
          commit: head,
          message: "",
          author: "",
          plan: {
            rootDirectory: "",
            kind: "none",
            installCommand: null,
            buildCommand: null,
            outputDirectory: "",
          },
        }),
      );
      queued.push(await getDeployment(each.desk.ctx, id).then(({ id, status }) => ({ id, status })));
    }
    expect(queued.map(({ status }) => status)).toEqual(["queued", "queued"]);
    expect(await remove(it)).toMatchObject({ cancelled: 1, stopping: 0 });
    const [mine, theirs] = queued;
    expect(await getDeployment(it.desk.ctx, mine?.id ?? "")).toMatchObject({
      status: "cancelled",
      reason: "integration_removed",
    });
    expect(await getDeployment(other.desk.ctx, theirs?.id ?? "")).toMatchObject({ status: "queued" });
  });

  test("asks for the name, for the role, and for an integration of this project", async () => {
    const it = await scene();
    await expect(
      removeIntegration(it.desk.ctx, { integrationId: it.integrationId, confirmName: "octo" }),
    ).rejects.toMatchObject({ code: "invalid", fields: { confirmation: `Type ${it.login} to confirm.` } });
    const member = await addUser();
    await addMember(it.desk.projectId, member, "member");
    const ctx = await loadProjectContext(sessionOf(member), it.desk.projectId);
    await expect(
      removeIntegration(ctx, { integrationId: it.integrationId, confirmName: it.login }),
    ).rejects.toMatchObject({ code: "forbidden" });
    const foreign = await addDesk();
    await expect(
      removeIntegration(foreign.ctx, { integrationId: it.integrationId, confirmName: it.login }),
    ).rejects.toMatchObject({ code: "not_found" });
    expect((await row(it.integrationId))?.status).toBe("active");
  });

  test.each([
    ["owner", true],
    ["admin", true],
    ["member", false],
    ["viewer", false],
  ] as const)("is done by an %s: %s", async (role, mayRemove) => {
    const it = await scene();
    const person = await addUser();
    await addMember(it.desk.projectId, person, role);
    const ctx = await loadProjectContext(sessionOf(person), it.desk.projectId);
    const input = { integrationId: it.integrationId, confirmName: it.login };
    if (!mayRemove) {
      await expect(removalImpact(ctx, it.integrationId)).rejects.toMatchObject({ code: "forbidden" });
      await expect(removeIntegration(ctx, input)).rejects.toMatchObject({ code: "forbidden" });
      return;
    }
    expect(await removeIntegration(ctx, input)).toMatchObject({ apps: 0 });
    expect((await row(it.integrationId))?.removedBy).toBe(person.id);
  });

  test("two people removing it at once remove it once", async () => {
    const it = await scene();
    const results = await Promise.allSettled([remove(it), remove(it)]);
    expect(results.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    const events = await db().select().from(auditEvents).where(eq(auditEvents.subjectId, it.integrationId));
    expect(events.filter(({ event }) => event === "integration.removed")).toHaveLength(1);
    await runDueCleanups(forever);
    expect(await liveTokens(it.login)).toEqual([]);
  });

  test("connecting the account again makes a new integration with a token of its own", async () => {
    const it = await scene();
    await remove(it);
    const again = await connect(it.desk, instance, { login: it.login });
    expect(again).not.toBe(it.integrationId);
    await runDueCleanups(forever);
    expect(await liveTokens(it.login)).toHaveLength(1);
    expect((await row(again))?.status).toBe("active");
  });

  test("a hook whose repository another integration follows too passes to that one", async () => {
    const it = await scene();
    const colleague = unique("user");
    await forge().admin.createUser({ login: colleague });
    await forge().admin.addCollaborator(it.repository, colleague, "admin");
    const heir = await connect(it.desk, instance, { login: colleague });
    const { repositoryId } = await addBoundApp(it.desk, it);
    await addBoundApp(it.desk, { integrationId: heir, repository: it.repository });
    const before = await hooksAt(it.repository);
    expect(before).toHaveLength(1);
    expect(await remove(it)).toMatchObject({ hooks: 0 });
    await runDueCleanups(forever);
    expect(await hooksAt(it.repository)).toEqual(before);
    const [hook] = await db().select().from(hooks).where(eq(hooks.repositoryId, repositoryId));
    expect(hook?.integrationId).toBe(heir);
  });

  test.each(["its integration is removed", "its app leaves the repository"])(
    "leaves no hook behind whose registration was not heard of, when %s",
    async (how) => {
      const it = await scene();
      await forge().admin.fault({
        match: { path: "/api/v3/repositories/**", method: "POST" },
        action: { kind: "drop", when: "after" },
      });
      const { appId } = await addBoundApp(it.desk, it);
      expect(await hooksAt(it.repository)).toHaveLength(1);
      if (how.includes("app")) {
        const { fullName } = await forge().admin.createRepository({ owner: it.login, name: unique("next") });
        await rebind(it.desk, appId, { integrationId: it.integrationId, repository: fullName });
      } else await remove(it);
      await runDueCleanups(forever);
      expect(await hooksAt(it.repository)).toEqual([]);
    },
  );

  test("leaves no hook behind that is being made anew at the same moment", async () => {
    const it = await scene();
    const { repositoryId } = await addBoundApp(it.desk, it);
    const [hook] = await db().select().from(hooks).where(eq(hooks.repositoryId, repositoryId));
    await forge().admin.deleteHook(Number(hook?.externalId));
    await forge().admin.clearRequests();
    await forge().admin.fault({
      match: { path: "/api/v3/repositories/**", method: "POST" },
      action: { kind: "delay", ms: 800 },
    });
    // Whoever made it may die right then, with its id written down nowhere: as if it could not delete it any more.
    await forge().admin.fault({
      match: { path: "/api/v3/repositories/**", method: "DELETE" },
      action: { kind: "status", status: 503 },
      count: "always",
    });
    const tending = tendHook(hook?.id ?? "");
    await untilAsked("POST");
    await remove(it);
    await tending;
    expect(await hooksAt(it.repository)).toHaveLength(1);
    await forge().admin.clearFaults();
    await hurry(it.integrationId);
    await runDueCleanups(forever);
    expect(await hooksAt(it.repository)).toEqual([]);
    expect((await steps(it.integrationId)).map(({ outcome }) => outcome)).toEqual(["done", "done"]);
  });

  test("hands a hook over for good, also while it is being looked after", async () => {
    const it = await scene();
    const colleague = unique("user");
    await forge().admin.createUser({ login: colleague });
    await forge().admin.addCollaborator(it.repository, colleague, "admin");
    const heir = await connect(it.desk, instance, { login: colleague });
    const { repositoryId } = await addBoundApp(it.desk, it);
    await addBoundApp(it.desk, { integrationId: heir, repository: it.repository });
    const [hook] = await db().select().from(hooks).where(eq(hooks.repositoryId, repositoryId));
    await forge().admin.clearRequests();
    await forge().admin.fault({
      match: { path: "/api/v3/repositories/**", method: "GET" },
      action: { kind: "delay", ms: 800 },
    });
    const tending = tendHook(hook?.id ?? "");
    await untilAsked("GET");
    await remove(it);
    await tending;
    const [after] = await db().select().from(hooks).where(eq(hooks.repositoryId, repositoryId));
    expect(after?.integrationId).toBe(heir);
    expect(await hooksAt(it.repository)).toHaveLength(1);
  });

  test("says beforehand that a hook is deleted when the other integration cannot take it over", async () => {
    const it = await scene();
    const colleague = unique("user");
    await forge().admin.createUser({ login: colleague });
    await forge().admin.addCollaborator(it.repository, colleague, "admin");
    const other = await connect(it.desk, instance, { login: colleague });
    await addBoundApp(it.desk, it);
    await addBoundApp(it.desk, { integrationId: other, repository: it.repository });
    const told = async () => (await removalImpact(it.desk.ctx, it.integrationId)).hooks;
    expect(await told()).toEqual([]);
    const restricted = (isRestricted: boolean) =>
      db().update(integrations).set({ isRestricted }).where(eq(integrations.id, other));
    await restricted(true);
    expect(await told()).toEqual([it.repository]);
    await restricted(false);
    await db()
      .update(integrations)
      .set({ status: "needs_reauthorization" })
      .where(eq(integrations.id, other));
    expect(await told()).toEqual([it.repository]);
    expect(await remove(it)).toMatchObject({ hooks: 1 });
  });

  test("deletes the hook that an app had left just before, too", async () => {
    const it = await scene();
    const { fullName } = await forge().admin.createRepository({ owner: it.login, name: unique("next") });
    const { appId } = await addBoundApp(it.desk, it);
    await rebind(it.desk, appId, { integrationId: it.integrationId, repository: fullName });
    expect(await hooksAt(it.repository)).toHaveLength(1);
    await remove(it);
    await runDueCleanups(forever);
    expect([await hooksAt(it.repository), await hooksAt(fullName)]).toEqual([[], []]);
    expect((await steps(it.integrationId)).map(({ outcome }) => outcome)).toEqual(["done", "done", "done"]);
    expect(await liveTokens(it.login)).toEqual([]);
  });

  test("a hook that an app left waits for a token, and goes once the integration is authorized again", async () => {
    const it = await left();
    await db()
      .update(integrations)
      .set({ status: "needs_reauthorization", statusReason: "revoked" })
      .where(eq(integrations.id, it.integrationId));
    for (let i = 0; i < 2; i++) {
      await hurry(it.integrationId);
      await runDueCleanups(forever);
    }
    expect(await steps(it.integrationId)).toMatchObject([
      { outcome: null, attempts: 2, lastError: expect.stringContaining("needs re-authorization") },
    ]);
    await connect(it.desk, instance, { login: it.login });
    await runDueCleanups(forever);
    expect(await hooksAt(it.repository)).toEqual([]);
    const deletion = (await steps(it.integrationId)).find(({ kind }) => kind === "delete_hook");
    expect(deletion).toMatchObject({ outcome: "done" });
  });

  test("a step that was claimed at the very moment of the removal gets the token as well", async () => {
    const it = await left();
    const claimed = await claimCleanup();
    expect(claimed).toMatchObject({ integrationId: it.integrationId, tokenSealed: null });
    await remove(it);
    await runDueCleanups(forever);
    expect(await liveTokens(it.login), "the token lives until the claimed step has ended").toHaveLength(1);
    if (claimed) await runCleanup(claimed);
    expect((await steps(it.integrationId)).map(({ outcome }) => outcome)).toContain(null);
    await hurry(it.integrationId);
    await runDueCleanups(forever);
    expect(await hooksAt(it.repository)).toEqual([]);
    expect((await steps(it.integrationId)).map(({ outcome }) => outcome)).toEqual(["done", "done", "done"]);
    expect(await liveTokens(it.login)).toEqual([]);
  });

  test("a step without any token left ends refused, and does not wait for what cannot come", async () => {
    const it = await left();
    await db().delete(credentials).where(eq(credentials.integrationId, it.integrationId));
    await remove(it);
    await runDueCleanups(forever);
    expect((await steps(it.integrationId)).map(({ outcome }) => outcome)).not.toContain(null);
    expect((await row(it.integrationId))?.status).toBe("removed");
  });

  test("nobody is polled for any more", async () => {
    const it = await scene();
    const { repositoryId } = await addBoundApp(it.desk, it);
    await db().update(repositories).set({ pollAt: new Date() }).where(eq(repositories.id, repositoryId));
    await remove(it);
    const [repository] = await db().select().from(repositories).where(eq(repositories.id, repositoryId));
    expect(repository?.pollAt).toBeNull();
  });
});
