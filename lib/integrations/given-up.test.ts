import { randomBytes } from "node:crypto";
import { eq, sql } from "drizzle-orm";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { cleanups, credentials, db, integrations, members, pendingGrants } from "@/db";
import type { FaultAction } from "@/e2e/forge/faults/fault";
import { withCredential } from "@/lib/credentials";
import { transition } from "@/lib/credentials/status";
import type { ReadyInstance } from "@/lib/instances";
import {
  forgetCleanups,
  getReceipt,
  listIncidents,
  removeIntegration,
  runDueCleanups,
  runDueGrants,
} from "@/lib/integrations";
import { claimCleanup } from "@/lib/integrations/claim-cleanup";
import { runCleanup } from "@/lib/integrations/run-cleanup";
import { addBoundApp } from "@/lib/testing/bound-app";
import { useTestDatabase } from "@/lib/testing/database";
import { addDesk, addInstance, arrive, connect, type Desk, handshake, useForge } from "@/lib/testing/forge";

useTestDatabase();
const { forge } = useForge();
const forever = new AbortController().signal;
let app: ReadyInstance;

beforeAll(async () => {
  app = await addInstance(forge(), { type: "github_app" });
});
beforeEach(async () => {
  await forge().admin.clearFaults();
  await runDueCleanups(forever);
});

type Scene = { desk: Desk; login: string; integrationId: string; repositories: string[] };

/** An account of its own, connected through a GitHub App, with two repositories that apps follow. */
async function scene(): Promise<Scene> {
  const login = `user-${randomBytes(4).toString("hex")}`;
  await forge().admin.createUser({ login });
  const repositories: string[] = [];
  for (const name of ["one", "two"]) {
    repositories.push((await forge().admin.createRepository({ owner: login, name })).fullName);
  }
  await forge().admin.installApp(app.clientId, login);
  const desk = await addDesk();
  const integrationId = await connect(desk, app, { login });
  for (const repository of repositories) await addBoundApp(desk, { integrationId, repository });
  await forge().admin.clearRequests();
  return { desk, login, integrationId, repositories };
}

const remove = ({ desk, integrationId, login }: Scene) =>
  removeIntegration(desk.ctx, { integrationId, confirmName: login });
const receiptOf = async ({ desk, integrationId }: Scene) =>
  (await getReceipt(desk.ctx, integrationId)).steps.slice(3);
const stepsOf = ({ integrationId }: Scene) =>
  db()
    .select()
    .from(cleanups)
    .where(eq(cleanups.integrationId, integrationId))
    .orderBy(cleanups.position, cleanups.createdAt);
/** Lets everything that waits be due now, as if the waiting were over. */
const hurry = () =>
  db()
    .update(cleanups)
    .set({ attemptAt: sql`now()`, leaseUntil: null })
    .where(sql`${cleanups.finishedAt} is null`);
async function work(): Promise<void> {
  await hurry();
  await runDueCleanups(forever);
}
const hooksAt = async ({ repositories }: Scene) =>
  (await Promise.all(repositories.map((each) => forge().admin.hooks(each)))).flat().length;
const liveTokens = ({ login }: Scene) => forge().admin.tokens({ login, active: true });
const usable = async ({ login }: Scene) =>
  (await forge().admin.refreshTokens(login)).flatMap((one) => (one.usable ? [one.token] : []));
const calls = async (path: string, method?: string) =>
  (await forge().admin.requests({ path, ...(method ? { method } : {}) })).length;

const TOKENS = "/login/oauth/access_token";
const fault = (path: string, action: FaultAction, count: number | "always" = "always") =>
  forge().admin.fault({ match: { path }, action, count });

/** Eight hours go by: the access token ends, here and there, while its refresh token lives. */
async function eightHoursLater(it: Scene): Promise<void> {
  for (const { id } of await liveTokens(it)) await forge().admin.expireToken(id);
  const ended = { accessExpiresAt: sql`now() - interval '1 minute'` };
  await db().update(cleanups).set(ended).where(eq(cleanups.integrationId, it.integrationId));
  await db().update(credentials).set(ended).where(eq(credentials.integrationId, it.integrationId));
}

const use = ({ desk, integrationId }: Scene) =>
  withCredential(
    { projectId: desk.projectId, integrationId, purpose: "test", actor: desk.ctx.actor, record: false },
    async () => "used",
  );

/** What its last refresh brought, nobody has heard. */
async function unanswered(): Promise<Scene> {
  const it = await scene();
  await eightHoursLater(it);
  await fault(TOKENS, { kind: "drop", when: "after" }, 1);
  await expect(use(it)).rejects.toMatchObject({ name: "ProviderUnavailable" });
  await forge().admin.clearFaults();
  expect(await liveTokens(it)).toHaveLength(1);
  return it;
}

/** A removal that meets a provider which is down for longer than the token lives. */
async function outage(): Promise<Scene> {
  const it = await scene();
  await fault("/api/v3/**", { kind: "status", status: 503 });
  await remove(it);
  await runDueCleanups(forever);
  await eightHoursLater(it);
  await forge().admin.clearFaults();
  await forge().admin.clearRequests();
  return it;
}

describe("a removal whose provider is down for longer than the token lives", () => {
  test("still deletes every webhook, with one renewal for all of them, and then revokes the last token", async () => {
    const it = await outage();
    const held = await usable(it);
    await hurry();
    await Promise.all([1, 2, 3].map(() => runDueCleanups(forever)));
    await work();
    expect(await hooksAt(it)).toBe(0);
    expect((await receiptOf(it)).map(({ state }) => state)).toEqual(["done", "done", "done"]);
    expect(await liveTokens(it)).toEqual([]);
    // One for the webhooks; one that spends what would outlive the token.
    expect(await calls(TOKENS)).toBe(2);
    expect(await forge().admin.refreshReuses()).toBe(0);
    for (const token of held) expect(await usable(it)).not.toContain(token);
    for (const row of await stepsOf(it)) {
      expect(row).toMatchObject({ tokenSealed: null, refreshTokenSealed: null });
    }
  });

  test("keeps what can renew the token in the step that revokes it, and nowhere else", async () => {
    const it = await scene();
    await remove(it);
    const kept = (await stepsOf(it)).map(({ kind, refreshTokenSealed }) => [
      kind,
      refreshTokenSealed !== null,
    ]);
    expect(kept).toEqual([
      ["delete_hook", false],
      ["delete_hook", false],
      ["revoke_token", true],
    ]);
    await forgetCleanups(it.desk.ctx, { integrationId: it.integrationId });
    for (const row of await stepsOf(it)) {
      expect(row).toMatchObject({ tokenSealed: null, refreshTokenSealed: null });
    }
  });

  test("says what is left when the answer to the renewal is lost, and tries no second one", async () => {
    const it = await outage();
    await fault(TOKENS, { kind: "drop", when: "after" }, 1);
    await work();
    // Whichever of the two came first has given its turn back, and waits.
    expect((await stepsOf(it)).map(({ leaseToken }) => leaseToken)).toEqual([null, null, null]);
    await work();
    await work();
    const [one, two, token] = await receiptOf(it);
    for (const step of [one, two]) {
      expect(step).toMatchObject({
        name: expect.stringContaining("not deleted at GitHub"),
        state: "undone",
        result: expect.stringContaining("gave no other one"),
        byHand: expect.stringContaining("Delete the webhook"),
      });
    }
    expect(token).toMatchObject({ state: "done", result: expect.stringContaining("lost on its way") });
    expect(await calls(TOKENS)).toBe(2 + 1 /* proves the client before it believes that the token is gone */);
    expect(await listIncidents(it.desk.ctx)).toMatchObject([
      { kind: "cleanup_gave_up", sentence: expect.stringContaining(`${it.login}/one, ${it.login}/two`) },
    ]);
  });

  test("says so too where an answer had been lost before it was removed, or its token replaced", async () => {
    const [removed, replaced] = [await unanswered(), await unanswered()];
    await remove(removed);
    await connect(replaced.desk, app, { login: replaced.login, integrationId: replaced.integrationId });
    await work();
    for (const it of [removed, replaced]) {
      expect((await stepsOf(it)).find(({ kind }) => kind === "revoke_token")).toMatchObject({
        outcome: "already_gone",
        lastError: expect.stringContaining("a token that nobody has seen may exist there"),
      });
    }
    expect((await receiptOf(removed)).at(-1)?.result).toContain("lost on its way");
  });

  test("is forgotten for good while the token is being renewed: what comes is revoked and kept nowhere", async () => {
    const it = await outage();
    await fault(TOKENS, { kind: "delay", ms: 800 }, 1);
    await hurry();
    const working = runDueCleanups(forever);
    await expect.poll(() => calls(TOKENS), { timeout: 10_000 }).toBe(1);
    await forgetCleanups(it.desk.ctx, { integrationId: it.integrationId });
    await working;
    expect(await liveTokens(it)).toEqual([]);
    for (const row of await stepsOf(it)) {
      expect(row).toMatchObject({ outcome: "forgotten", tokenSealed: null, refreshTokenSealed: null });
    }
  });

  test("revokes the token before the webhooks in the last hour of the day alone, and the receipt says so", async () => {
    const it = await scene();
    await fault("/api/v3/repositories/**", { kind: "status", status: 503 });
    await remove(it);
    await work();
    expect(await liveTokens(it)).toHaveLength(1);
    const soon = { expiresAt: sql`now() + interval '50 minutes'` };
    await db().update(cleanups).set(soon).where(eq(cleanups.integrationId, it.integrationId));
    await work();
    expect(await liveTokens(it)).toEqual([]);
    await forge().admin.clearFaults();
    await work();
    const [one, two, token] = await receiptOf(it);
    expect(token).toMatchObject({ name: "Token revoked at GitHub", state: "done" });
    for (const step of [one, two]) {
      expect(step).toMatchObject({ state: "undone", result: expect.stringContaining("had to go first") });
    }
  });
});

describe("what could renew a token cannot be used any more", () => {
  test("once its integration was removed, also where the token had ended before, or was paused", async () => {
    for (const state of ["alive", "ended", "paused"]) {
      const it = await scene();
      const held = await usable(it);
      if (state === "paused") {
        const which = { projectId: it.desk.projectId, integrationId: it.integrationId };
        await db().transaction((tx) => transition(tx, which, { kind: "paused" }));
      }
      if (state !== "alive") await eightHoursLater(it);
      await remove(it);
      await work();
      expect(held).toHaveLength(1);
      expect(await usable(it), state).not.toContain(held[0]);
      expect([await liveTokens(it), await hooksAt(it)], state).toEqual([[], 0]);
    }
  });

  test("once another one took its place", async () => {
    const it = await scene();
    const [held] = await usable(it);
    await connect(it.desk, app, { login: it.login, integrationId: it.integrationId });
    await work();
    expect(await usable(it)).not.toContain(held);
    expect(await liveTokens(it)).toHaveLength(1);
    expect(await use(it)).toBe("used");
  });

  test("once it waited in vain for its person", async () => {
    const it = await scene();
    await forge().admin.uninstallApp(app.clientId, it.login);
    const before = await usable(it);
    const again = { login: it.login, integrationId: it.integrationId };
    const { grant } = await arrive(it.desk, await handshake(it.desk, app, again), app.id);
    const [waiting] = (await usable(it)).filter((token) => !before.includes(token));
    expect([grant, waiting]).toEqual([expect.any(String), expect.any(String)]);
    const over = { expiresAt: sql`now() - interval '1 second'` };
    await db()
      .update(pendingGrants)
      .set(over)
      .where(eq(pendingGrants.id, grant ?? ""));
    await runDueGrants(forever);
    await work();
    expect(await usable(it)).toEqual(expect.arrayContaining(before));
    expect(await usable(it)).not.toContain(waiting);
    expect(await liveTokens(it)).toHaveLength(1);
  });

  test("where it came for somebody who may not connect any more", async () => {
    const login = `user-${randomBytes(4).toString("hex")}`;
    await forge().admin.createUser({ login });
    const desk = await addDesk();
    const back = await handshake(desk, app, { login });
    await fault("/api/v3/user", { kind: "delay", ms: 700 }, 1);
    const arriving = arrive(desk, back, app.id);
    await expect
      .poll(async () => (await forge().admin.refreshTokens(login)).length, { timeout: 10_000 })
      .toBe(1);
    const [held] = await forge().admin.refreshTokens(login);
    await db().update(members).set({ role: "viewer" }).where(eq(members.userId, desk.person.id));
    expect(await arriving).toMatchObject({ failed: "role" });
    await work();
    const after = await forge().admin.refreshTokens(login);
    expect(after.find(({ token }) => token === held?.token)?.usable).toBe(false);
    expect(await forge().admin.tokens({ login, active: true })).toEqual([]);
    expect(await db().select().from(integrations).where(eq(integrations.projectId, desk.projectId))).toEqual(
      [],
    );
  });

  const lastOf = async (it: Scene) => (await stepsOf(it)).at(-1);
  const inLastHour = (it: Scene) =>
    db()
      .update(cleanups)
      .set({ expiresAt: sql`now() + interval '50 minutes'` })
      .where(eq(cleanups.integrationId, it.integrationId));

  test("where it cannot be spent all day, its token goes alone in the last hour, and the receipt says what is left", async () => {
    const it = await scene();
    await remove(it);
    await fault(TOKENS, { kind: "status", status: 503 });
    await work();
    await work();
    expect(await lastOf(it)).toMatchObject({ outcome: null, attempts: 2 });
    expect(await liveTokens(it)).toHaveLength(1);
    await inLastHour(it);
    await work();
    expect(await liveTokens(it)).toEqual([]);
    expect(await lastOf(it)).toMatchObject({ tokenSealed: null, refreshTokenSealed: null });
    expect((await receiptOf(it)).at(-1)).toMatchObject({
      state: "undone",
      result:
        "The access token was revoked. What could replace it was not ended: GitHub answered 503. Until this console's access is revoked there by hand, it could bring new tokens for months.",
      byHand: expect.stringContaining(`in the settings of ${it.login} at GitHub`),
    });
    expect(await listIncidents(it.desk.ctx)).toMatchObject([{ kind: "cleanup_gave_up" }]);
  });

  test("where it can be spent in the last hour, it is", async () => {
    const it = await scene();
    const [held] = await usable(it);
    await remove(it);
    await inLastHour(it);
    await work();
    expect(await usable(it)).not.toContain(held);
    expect(await lastOf(it)).toMatchObject({ outcome: "done", lastError: null });
  });

  test("where its copy does not open, its token is revoked at once all the same", async () => {
    const it = await scene();
    await remove(it);
    await db()
      .update(cleanups)
      .set({ refreshTokenSealed: sql`${cleanups.tokenSealed}` })
      .where(sql`${cleanups.integrationId} = ${it.integrationId} and ${cleanups.kind} = 'revoke_token'`);
    await work();
    expect(await liveTokens(it)).toEqual([]);
    expect(await lastOf(it)).toMatchObject({
      outcome: "refused",
      lastError: expect.stringContaining("was not ended: its copy could not be opened."),
    });
  });

  test("in the last hour nothing is done for a step that was forgotten meanwhile", async () => {
    const it = await scene();
    await remove(it);
    await inLastHour(it);
    const claimed = [await claimCleanup(), await claimCleanup(), await claimCleanup()];
    const step = claimed.find((row) => row?.kind === "revoke_token");
    if (!step) throw new Error("Nothing was due.");
    await forgetCleanups(it.desk.ctx, { integrationId: it.integrationId });
    await runCleanup(step);
    expect(await liveTokens(it)).toHaveLength(1);
    expect(await lastOf(it)).toMatchObject({ outcome: "forgotten", lastError: null });
  });

  test("while the provider limits how often it may be asked, it is kept for later", async () => {
    const it = await scene();
    const [held] = await usable(it);
    await remove(it);
    await fault(TOKENS, { kind: "rate_limit", status: 429 });
    await work();
    expect((await stepsOf(it)).at(-1)).toMatchObject({ outcome: null, refreshUnansweredAt: null });
    expect(await liveTokens(it)).toHaveLength(1);
    await forge().admin.clearFaults();
    await work();
    expect(await usable(it)).not.toContain(held);
    expect((await receiptOf(it)).at(-1)).toMatchObject({ state: "done", result: "GitHub confirmed it." });
  });
});
