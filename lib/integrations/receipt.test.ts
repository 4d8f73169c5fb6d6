import { randomBytes } from "node:crypto";
import { eq, sql } from "drizzle-orm";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { auditEvents, cleanups, credentials, db, hooks, integrations } from "@/db";
import type { FaultAction } from "@/e2e/forge/faults/fault";
import { deleteCredential } from "@/lib/credentials";
import { transition } from "@/lib/credentials/status";
import type { ReadyInstance } from "@/lib/instances";
import {
  forgetCleanups,
  getReceipt,
  listIncidents,
  listIntegrations,
  removeIntegration,
  runDueCleanups,
} from "@/lib/integrations";
import { claimCleanup } from "@/lib/integrations/claim-cleanup";
import { settleCleanup } from "@/lib/integrations/settle-cleanup";
import { addBoundApp } from "@/lib/testing/bound-app";
import { useTestDatabase } from "@/lib/testing/database";
import { addDesk, addInstance, connect, type Desk, openDesk, useForge } from "@/lib/testing/forge";
import { addMember, addUser } from "@/lib/testing/people";

useTestDatabase();
const { forge } = useForge();
let instance: ReadyInstance;

beforeAll(async () => {
  instance = await addInstance(forge());
});
beforeEach(async () => {
  await forge().admin.clearFaults();
  await runDueCleanups(forever);
});

const forever = new AbortController().signal;
const unique = (name: string) => `${name}-${randomBytes(3).toString("hex")}`;
const liveTokens = (login: string) => forge().admin.tokens({ login, active: true });
const hooksAt = async (repository: string) => (await forge().admin.hooks(repository)).length;

type Scene = { desk: Desk; login: string; repository: string; integrationId: string; appId: string };

/** An account of its own with one repository, connected to a project with an app that follows it. */
async function scene(): Promise<Scene> {
  const login = unique("user");
  await forge().admin.createUser({ login });
  const { fullName: repository } = await forge().admin.createRepository({ owner: login, name: "site" });
  const desk = await addDesk();
  const integrationId = await connect(desk, instance, { login });
  const { appId } = await addBoundApp(desk, { integrationId, repository });
  return { desk, login, repository, integrationId, appId };
}

const remove = ({ desk, integrationId, login }: Scene) =>
  removeIntegration(desk.ctx, { integrationId, confirmName: login });
const receiptOf = ({ desk, integrationId }: Scene) => getReceipt(desk.ctx, integrationId);
const forget = ({ desk, integrationId }: Scene) => forgetCleanups(desk.ctx, { integrationId });
const copiesOf = async ({ integrationId }: Scene) =>
  (await db().select().from(cleanups).where(eq(cleanups.integrationId, integrationId))).filter(
    ({ tokenSealed }) => tokenSealed !== null,
  ).length;
const credentialsOf = ({ integrationId }: Scene) =>
  db().select().from(credentials).where(eq(credentials.integrationId, integrationId));
const hurry = ({ integrationId }: Scene) =>
  db()
    .update(cleanups)
    .set({ attemptAt: sql`now()` })
    .where(sql`${cleanups.integrationId} = ${integrationId} and ${cleanups.finishedAt} is null`);
const fault = (path: string, action: FaultAction) =>
  forge().admin.fault({ match: { path }, action, count: "always" });

const HOOKS = "/api/v3/repositories/*/hooks/**";
const TOKENS = "/api/v3/applications/**";
const DOWN: FaultAction = { kind: "status", status: 503 };

describe("the receipt of a removal", () => {
  test("tells each step with its time and its result, first what was done at once, then what the provider confirmed", async () => {
    const it = await scene();
    await remove(it);
    const before = await receiptOf(it);
    expect(before).toMatchObject({ account: it.login, removedBy: "Ada", isOver: false, copies: 2 });
    expect(before.steps.map(({ name, state }) => [name, state])).toEqual([
      ["Automation stopped", "done"],
      ["Credential erased", "done"],
      [`1 app disconnected: ${it.appId}`, "done"],
      [`Delete the webhook of ${it.repository} at GitHub`, "waiting"],
      ["Revoke the token at GitHub", "waiting"],
    ]);
    expect(await credentialsOf(it)).toEqual([]);
    await runDueCleanups(forever);
    const after = await receiptOf(it);
    expect(after).toMatchObject({ isOver: true, copies: 0, copiesUntil: null });
    expect(after.steps.map(({ state }) => state)).toEqual(["done", "done", "done", "done", "done"]);
    expect(after.steps.slice(3).map(({ name }) => name)).toEqual([
      `Webhook of ${it.repository} deleted at GitHub`,
      "Token revoked at GitHub",
    ]);
    for (const { at, result, byHand } of after.steps) {
      expect(Date.parse(at ?? "")).toBeGreaterThan(Date.now() - 60_000);
      expect(result).toMatch(/\.$/);
      expect(byHand).toBeNull();
    }
    expect(await copiesOf(it)).toBe(0);
  });

  test.each([
    ["hooks, by an error", HOOKS, DOWN],
    ["hooks, by a lost answer", HOOKS, { kind: "drop", when: "after" }],
    ["the token, by an error", TOKENS, DOWN],
    ["the token, by a lost answer", TOKENS, { kind: "drop", when: "after" }],
    ["everything, by a limit", "/api/v3/**", { kind: "rate_limit", status: 429, retryAfterSeconds: 30 }],
  ] as [string, string, FaultAction][])(
    "while the provider fails at %s, says how often it was tried and when it is next, and ends done",
    async (_, path, action) => {
      const it = await scene();
      await fault(path, action);
      await remove(it);
      await runDueCleanups(forever);
      await hurry(it);
      await runDueCleanups(forever);
      const waiting = await receiptOf(it);
      expect(waiting.isOver).toBe(false);
      const stuck = waiting.steps.find(({ state }) => state === "waiting");
      expect(stuck?.attempts).toBe(2);
      expect(Date.parse(stuck?.nextTryAt ?? "")).toBeGreaterThan(Date.now());
      expect(stuck?.result).toMatch(/\.$/);
      // Hooks come first, so the token lives until they are gone.
      expect((await liveTokens(it.login)).length).toBe(path === TOKENS && action.kind === "drop" ? 0 : 1);
      await forge().admin.clearFaults();
      await hurry(it);
      await runDueCleanups(forever);
      expect((await receiptOf(it)).steps.every(({ state }) => state === "done")).toBe(true);
      expect([await hooksAt(it.repository), await liveTokens(it.login), await copiesOf(it)]).toEqual([
        0,
        [],
        0,
      ]);
    },
  );

  test("after a day says what is left to do by hand; no copy is left", async () => {
    const it = await scene();
    await fault("/api/v3/**", DOWN);
    await remove(it);
    await runDueCleanups(forever);
    await db()
      .update(cleanups)
      .set({ expiresAt: new Date(Date.now() - 1000) })
      .where(eq(cleanups.integrationId, it.integrationId));
    await runDueCleanups(forever);
    const receipt = await receiptOf(it);
    expect(receipt).toMatchObject({ isOver: true, copies: 0 });
    const [hook, token] = receipt.steps.slice(-2);
    expect([hook?.name, token?.name]).toEqual([
      `Webhook of ${it.repository} not deleted at GitHub`,
      "Token not revoked at GitHub",
    ]);
    expect(hook).toMatchObject({
      state: "undone",
      result: expect.stringContaining("Not done within a day."),
    });
    expect(hook?.byHand).toContain(`in the settings of ${it.repository} at GitHub`);
    expect(token?.byHand).toContain(`in the settings of ${it.login} at GitHub`);
    expect(await copiesOf(it)).toBe(0);
  });

  test("says when a token could not be opened any more, so that nobody believes it was revoked", async () => {
    const it = await scene();
    await db()
      .update(credentials)
      .set({ generation: 99 })
      .where(eq(credentials.integrationId, it.integrationId));
    await remove(it);
    await runDueCleanups(forever);
    const receipt = await receiptOf(it);
    expect(receipt.steps.at(-1)).toMatchObject({
      name: "Token not revoked at GitHub",
      state: "undone",
      result: expect.stringContaining("could not be opened any more"),
      byHand: expect.stringContaining("Revoke"),
    });
    expect(receipt.isOver).toBe(true);
  });

  test("says of a token that was erased on purpose, with its host's address, that it was", async () => {
    const it = await scene();
    const which = { projectId: it.desk.projectId, integrationId: it.integrationId };
    await db().transaction(async (tx) => {
      await deleteCredential(tx, { ...which, origin: instance.origin });
      await transition(tx, which, { kind: "wiped", reason: "instance_changed" });
    });
    await remove(it);
    expect((await receiptOf(it)).steps.at(-1)).toMatchObject({
      name: "Token not revoked at GitHub",
      result: expect.stringContaining("erased it before, when GitHub got another address"),
      byHand: expect.stringContaining("Revoke"),
    });
  });

  test("lists a webhook that a person entered: where it is to be deleted by hand", async () => {
    const it = await scene();
    const refused = { externalId: null, registeredGeneration: null, status: "refused" } as const;
    const [hook] = await db()
      .update(hooks)
      .set({ ...refused, secretGeneration: 2 })
      .where(eq(hooks.integrationId, it.integrationId))
      .returning();
    await remove(it);
    await runDueCleanups(forever);
    const { steps, isOver } = await receiptOf(it);
    expect(isOver).toBe(true);
    const [token, entered] = steps.slice(3);
    expect(token).toMatchObject({ name: "Token revoked at GitHub", state: "done" });
    expect(entered).toMatchObject({
      name: `Webhook of ${it.repository} not deleted at GitHub`,
      state: "undone",
      result: expect.stringContaining("entered it by hand"),
      byHand: expect.stringMatching(new RegExp(`${hook?.id} in the settings of ${it.repository} at GitHub`)),
    });
  });

  test("tells once of a webhook that was shown to a person, and that the console is registering at that moment", async () => {
    const it = await scene();
    const tended = { leaseToken: "of a process", leaseUntil: new Date(Date.now() - 1000) };
    await db()
      .update(hooks)
      .set({
        ...tended,
        externalId: null,
        registeredGeneration: null,
        status: "refused",
        secretGeneration: 2,
      })
      .where(eq(hooks.integrationId, it.integrationId));
    await remove(it);
    await runDueCleanups(forever);
    expect((await receiptOf(it)).steps.slice(3).map(({ name, state }) => [name, state])).toEqual([
      [`Webhook of ${it.repository} deleted at GitHub`, "done"],
      ["Token revoked at GitHub", "done"],
    ]);
    expect(await hooksAt(it.repository)).toBe(0);
  });

  test("of what was refused is told to owners and admins too, once, until somebody did it by hand", async () => {
    const it = await scene();
    for (const { id } of await liveTokens(it.login)) await forge().admin.revokeToken(id);
    await remove(it);
    await runDueCleanups(forever);
    expect((await receiptOf(it)).steps.slice(3).map(({ name, state }) => [name, state])).toEqual([
      [`Webhook of ${it.repository} not deleted at GitHub`, "undone"],
      ["Token revoked at GitHub", "done"],
    ]);
    const incidents = await listIncidents(it.desk.ctx);
    expect(incidents).toMatchObject([
      {
        kind: "cleanup_gave_up",
        sentence: `The console could not take back the webhook of ${it.repository} at GitHub. Remove that there by hand, then say so here.`,
      },
    ]);
  });

  test("is there for members and above of this project, and only once something was removed", async () => {
    const it = await scene();
    await expect(receiptOf(it)).rejects.toMatchObject({ code: "not_found" });
    await remove(it);
    for (const [role, isAllowed] of [
      ["admin", true],
      ["member", true],
      ["viewer", false],
    ] as const) {
      const person = await addUser();
      await addMember(it.desk.projectId, person, role);
      const { ctx } = await openDesk(it.desk.projectId, person);
      const asked = getReceipt(ctx, it.integrationId);
      if (isAllowed) expect((await asked).account).toBe(it.login);
      else await expect(asked).rejects.toMatchObject({ code: "forbidden" });
    }
    const foreign = await addDesk();
    await expect(getReceipt(foreign.ctx, it.integrationId)).rejects.toMatchObject({ code: "not_found" });
  });
});

describe("Forget now", () => {
  test("erases every copy at once, tries nothing any more, and says what is left", async () => {
    const it = await scene();
    await fault("/api/v3/**", DOWN);
    await remove(it);
    await runDueCleanups(forever);
    expect(await copiesOf(it)).toBe(2);
    expect(await forget(it)).toEqual({ hooks: [it.repository], tokens: 1 });
    expect(await copiesOf(it)).toBe(0);
    await forge().admin.clearFaults();
    await forge().admin.clearRequests();
    await hurry(it);
    await runDueCleanups(forever);
    expect((await forge().admin.requests({ method: "DELETE" })).length).toBe(0);
    const receipt = await receiptOf(it);
    expect(receipt).toMatchObject({ isOver: true, copies: 0 });
    expect(receipt.steps.slice(-2).map(({ state, byHand }) => [state, byHand !== null])).toEqual([
      ["undone", true],
      ["undone", true],
    ]);
    // Whoever pressed it has read what is left.
    expect(await listIncidents(it.desk.ctx)).toEqual([]);
    const events = await db().select().from(auditEvents).where(eq(auditEvents.subjectId, it.integrationId));
    expect(events.at(-1)).toMatchObject({
      event: "integration.forgotten",
      actorName: "Ada",
      facts: { hooks: [it.repository], tokens: 1 },
    });
  });

  test("while a step is being tried wins over it: whatever it brings, nothing is written or kept", async () => {
    const it = await scene();
    await remove(it);
    await forge().admin.fault({ match: { path: HOOKS }, action: { kind: "delay", ms: 600 }, count: 1 });
    const running = runDueCleanups(forever);
    await expect
      .poll(async () => (await receiptOf(it)).steps.some(({ state }) => state === "running"), {
        timeout: 10_000,
      })
      .toBe(true);
    await forget(it);
    await running;
    const steps = await db().select().from(cleanups).where(eq(cleanups.integrationId, it.integrationId));
    expect(steps.map(({ outcome, tokenSealed }) => [outcome, tokenSealed])).toEqual([
      ["forgotten", null],
      ["forgotten", null],
    ]);
  });

  test("and the end of the last step do not wait for each other", async () => {
    const it = await scene();
    await remove(it);
    const hook = await claimCleanup();
    if (hook) await settleCleanup(hook, { outcome: "done", note: null });
    const step = await claimCleanup();
    expect(step?.integrationId).toBe(it.integrationId);
    if (!step) throw new Error("Nothing was due.");
    let settling: Promise<void> | undefined;
    await db().transaction(async (tx) => {
      const isIt = eq(integrations.id, it.integrationId);
      await tx.select({ id: integrations.id }).from(integrations).where(isIt).for("update");
      settling = settleCleanup(step, { outcome: "done", note: null });
      const waits = sql`select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
      await expect.poll(async () => (await db().execute(waits)).rows.length, { timeout: 10_000 }).not.toBe(0);
      await tx.update(cleanups).set({ lastError: null }).where(eq(cleanups.integrationId, it.integrationId));
    });
    await settling;
    const rows = await db().select().from(cleanups).where(eq(cleanups.id, step.id));
    expect(rows).toMatchObject([{ outcome: "done", tokenSealed: null }]);
  });

  test("does nothing when nothing is left, and takes no other integration's copies", async () => {
    const it = await scene();
    const other = await scene();
    await fault("/api/v3/**", DOWN);
    await remove(it);
    await remove(other);
    await forget(it);
    expect(await copiesOf(other)).toBe(2);
    expect(await forget(it)).toEqual({ hooks: [], tokens: 0 });
    const events = await db().select().from(auditEvents).where(eq(auditEvents.subjectId, it.integrationId));
    expect(events.filter(({ event }) => event === "integration.forgotten")).toHaveLength(1);
    await forge().admin.clearFaults();
    const connected = await scene();
    await expect(forget(connected)).rejects.toMatchObject({ code: "not_found" });
    expect(await listIntegrations(connected.desk.ctx)).toMatchObject([{ status: "active" }]);
  });

  test("is for owners and admins", async () => {
    const it = await scene();
    await fault("/api/v3/**", DOWN);
    await remove(it);
    for (const role of ["member", "viewer"] as const) {
      const person = await addUser();
      await addMember(it.desk.projectId, person, role);
      const { ctx } = await openDesk(it.desk.projectId, person);
      await expect(forgetCleanups(ctx, { integrationId: it.integrationId })).rejects.toMatchObject({
        code: "forbidden",
      });
    }
    const foreign = await addDesk();
    await expect(forgetCleanups(foreign.ctx, { integrationId: it.integrationId })).rejects.toMatchObject({
      code: "not_found",
    });
    const admin = await addUser();
    await addMember(it.desk.projectId, admin, "admin");
    const { ctx } = await openDesk(it.desk.projectId, admin);
    expect(await forgetCleanups(ctx, { integrationId: it.integrationId })).toMatchObject({ tokens: 1 });
  });
});
