import { randomBytes } from "node:crypto";
import { eq, sql } from "drizzle-orm";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { auditEvents, cleanups, credentials, db, integrations, providerInstances } from "@/db";
import type { FaultAction, FaultOrder } from "@/e2e/forge/faults/fault";
import { type Use, withCredential } from "@/lib/credentials";
import { transition } from "@/lib/credentials/status";
import type { ReadyInstance } from "@/lib/instances";
import { forgetCleanups, removeIntegration, runDueChecks, runDueCleanups } from "@/lib/integrations";
import { oauthOf, ProviderUnavailable, tokenOf } from "@/lib/providers";
import { useTestDatabase } from "@/lib/testing/database";
import { addDesk, addInstance, connect, type Desk, useForge } from "@/lib/testing/forge";

useTestDatabase();
const { forge } = useForge();
let instance: ReadyInstance;

beforeAll(async () => {
  instance = await addInstance(forge(), { type: "github_app" });
});
beforeEach(async () => {
  await forge().admin.clearFaults();
  await forge().admin.clearRequests();
  await db().update(providerInstances).set({ misconfiguredAt: null, misconfiguredReason: null });
});

type Connected = { desk: Desk; login: string; use: Use };

async function connected(): Promise<Connected> {
  const login = `user-${randomBytes(3).toString("hex")}`;
  await forge().admin.createUser({ login });
  const desk = await addDesk();
  const integrationId = await connect(desk, instance, { login });
  await forge().admin.clearRequests();
  const { projectId } = desk;
  return {
    desk,
    login,
    use: { projectId, integrationId, purpose: "test", actor: desk.ctx.actor, record: false },
  };
}

/** The access token has ended, here and there; the refresh token lives. */
async function ended({ use, login }: Connected): Promise<void> {
  for (const { token } of await forge().admin.tokens({ login, active: true }))
    await forge().admin.expireToken(token);
  await atHand(use, { accessExpiresAt: sql`now() - interval '1 second'` as never });
}

const atHand = (use: Use, values: Partial<typeof credentials.$inferInsert>) =>
  db().update(credentials).set(values).where(eq(credentials.integrationId, use.integrationId));
const rowOf = async ({ integrationId }: Use) => {
  const [row] = await db().select().from(credentials).where(eq(credentials.integrationId, integrationId));
  return row;
};
const statusOf = async ({ integrationId }: Use) => {
  const [row] = await db().select().from(integrations).where(eq(integrations.id, integrationId));
  return [row?.status, row?.statusReason];
};
/** Uses the credential for something that needs a living token; answers with whose it is. */
const ask = (use: Use) =>
  withCredential(use, async (grant) => (await oauthOf("github").identify(grant)).account.login);
const failure = (call: Promise<unknown>) =>
  call.then(
    () => "no failure",
    (error) => error,
  );
const TOKENS = "/login/oauth/access_token";
const onToken = (action: FaultAction, rest: Partial<FaultOrder> = {}) =>
  forge().admin.fault({ match: { path: TOKENS }, action, ...rest });
const tokenCalls = async () => (await forge().admin.requests({ path: TOKENS })).length;
const activeTokens = async (login: string) => (await forge().admin.tokens({ login, active: true })).length;

describe("a token that has ended, or is about to", () => {
  test("is replaced for whoever needs it, with one call for any number of callers", async () => {
    const one = await connected();
    await ended(one);
    const before = await rowOf(one.use);
    const answers = await Promise.all(Array.from({ length: 30 }, () => ask(one.use)));
    expect(new Set(answers)).toEqual(new Set([one.login]));
    expect(await tokenCalls()).toBe(1);
    expect(await forge().admin.refreshReuses()).toBe(0);
    const after = await rowOf(one.use);
    expect(after?.generation).toBe((before?.generation ?? 0) + 1);
    expect(after?.refreshTokenSealed).not.toBe(before?.refreshTokenSealed);
    expect(after).toMatchObject({ refreshLeaseToken: null, refreshUnansweredAt: null, refreshRetryAt: null });
    const events = await db()
      .select()
      .from(auditEvents)
      .where(eq(auditEvents.subjectId, one.use.integrationId));
    expect(events.filter(({ event }) => event === "credential.refreshed")).toHaveLength(1);
  });

  test("is replaced by the worker before anybody waits for it", async () => {
    const one = await connected();
    await atHand(one.use, {
      accessExpiresAt: new Date(Date.now() + 20 * 60_000),
      issuedAt: new Date(Date.now() - 7 * 3_600_000),
    });
    await due(one.use);
    await runDueChecks(AbortSignal.timeout(20_000));
    expect((await rowOf(one.use))?.accessExpiresAt?.getTime()).toBeGreaterThan(Date.now() + 7 * 3_600_000);
    expect(await tokenCalls()).toBe(1);
    const [row] = await db().select().from(integrations).where(eq(integrations.id, one.use.integrationId));
    expect(row?.checkAt?.getTime()).toBeGreaterThan(Date.now() + 3_600_000);
    expect(await ask(one.use)).toBe(one.login);
    expect(await tokenCalls()).toBe(1);
  });

  test("still serves while it lives, when it cannot be replaced", async () => {
    const one = await connected();
    await atHand(one.use, {
      accessExpiresAt: new Date(Date.now() + 30_000),
      issuedAt: new Date(Date.now() - 3_600_000),
    });
    await onToken({ kind: "status", status: 503 });
    expect(await ask(one.use)).toBe(one.login);
    // The provider is left alone for a while: nobody tries again at once.
    expect(await ask(one.use)).toBe(one.login);
    expect(await tokenCalls()).toBe(1);
  });

  test("that ended earlier than was said is replaced too, once the provider says it is dead", async () => {
    const one = await connected();
    for (const { token } of await forge().admin.tokens({ login: one.login }))
      await forge().admin.expireToken(token);
    expect(await failure(ask(one.use))).toMatchObject({
      name: "ProviderUnavailable",
      message: expect.stringMatching(/replaced/),
    });
    expect(await statusOf(one.use)).toEqual(["active", null]);
    expect(await ask(one.use)).toBe(one.login);
    expect((await rowOf(one.use))?.generation).toBe(2);
  });
});

const due = (use: Use) =>
  db()
    .update(integrations)
    .set({ checkAt: new Date(Date.now() - 1000) })
    .where(eq(integrations.id, use.integrationId));

describe("what the provider answers", () => {
  test("invalid_grant: the access was revoked", async () => {
    const one = await connected();
    await ended(one);
    for (const { token } of await forge().admin.tokens({ login: one.login }))
      await forge().admin.revokeToken(token);
    expect(await failure(ask(one.use))).toMatchObject({ code: "needs_reauthorization" });
    expect(await statusOf(one.use)).toEqual(["needs_reauthorization", "revoked"]);
    await failure(ask(one.use));
    expect(await tokenCalls()).toBe(1);
  });

  test("invalid_grant after the refresh token's own end: it has expired", async () => {
    const one = await connected();
    await ended(one);
    await onToken({ kind: "status", status: 200, body: { error: "bad_refresh_token" } });
    await atHand(one.use, { refreshExpiresAt: new Date(Date.now() - 1000) });
    await failure(ask(one.use));
    expect(await statusOf(one.use)).toEqual(["needs_reauthorization", "expired"]);
  });

  test("invalid_grant although somebody was faster: what they got stays", async () => {
    const one = await connected();
    await ended(one);
    await onToken({ kind: "delay", ms: 700 });
    await onToken({ kind: "status", status: 200, body: { error: "bad_refresh_token" } });
    const asking = failure(ask(one.use));
    await untilCalled();
    await connect(one.desk, instance, { login: one.login });
    await asking;
    expect(await statusOf(one.use)).toEqual(["active", null]);
    expect(await ask(one.use)).toBe(one.login);
  });

  test("invalid_client: the instance is misconfigured, the integration keeps its status", async () => {
    const one = await connected();
    await ended(one);
    await onToken({ kind: "status", status: 200, body: { error: "incorrect_client_credentials" } });
    expect(await failure(ask(one.use))).toMatchObject({ code: "instance_unavailable" });
    expect(await failure(ask(one.use))).toMatchObject({ code: "instance_unavailable" });
    expect(await statusOf(one.use)).toEqual(["active", null]);
    expect(await tokenCalls()).toBe(1);
    const [row] = await db().select().from(providerInstances).where(eq(providerInstances.id, instance.id));
    expect(row?.misconfiguredReason).toMatch(/client id and secret/);
    await atHand(one.use, { refreshRetryAt: null });
    expect(await ask(one.use)).toBe(one.login);
    const [mended] = await db().select().from(providerInstances).where(eq(providerInstances.id, instance.id));
    expect(mended?.misconfiguredAt).toBeNull();
  });

  const TROUBLES: [string, FaultAction, string][] = [
    ["5xx", { kind: "status", status: 502 }, "unreachable"],
    ["429", { kind: "rate_limit", status: 429, retryAfterSeconds: 120 }, "rate_limited"],
    ["HTML", { kind: "html", status: 200 }, "unreachable"],
    ["HTML that says 404", { kind: "html", status: 404 }, "unreachable"],
    ["a connection that is cut", { kind: "drop", when: "before" }, "unreachable"],
    [
      "a token of another type",
      { kind: "status", status: 200, body: { access_token: "x", token_type: "mac" } },
      "unreachable",
    ],
  ];

  test.each(TROUBLES)("%s: degraded, tried again later and never at once", async (_, action, reason) => {
    const one = await connected();
    await ended(one);
    await onToken(action);
    const error = await failure(ask(one.use));
    expect(error).toBeInstanceOf(ProviderUnavailable);
    expect(await statusOf(one.use)).toEqual(["degraded", reason]);
    const retryAt = (await rowOf(one.use))?.refreshRetryAt?.getTime() ?? 0;
    const least = reason === "rate_limited" ? 115_000 : 10_000;
    expect(retryAt).toBeGreaterThan(Date.now() + least);
    expect(retryAt).toBeLessThan(Date.now() + 130_000);
    await Promise.all([failure(ask(one.use)), failure(ask(one.use))]);
    expect(await tokenCalls()).toBe(1);
    await atHand(one.use, { refreshRetryAt: null });
    expect(await ask(one.use)).toBe(one.login);
    expect(await statusOf(one.use)).toEqual(["active", null]);
  });

  test("nothing in time: given up on before the lease ends", async () => {
    const one = await connected();
    await ended(one);
    await onToken({ kind: "delay", ms: 13_000 });
    const asking = failure(ask(one.use));
    await untilCalled();
    const lease = await rowOf(one.use);
    expect(lease?.refreshUnansweredAt).toBeInstanceOf(Date);
    await asking;
    expect(Date.now()).toBeLessThan(lease?.refreshLeaseUntil?.getTime() ?? 0);
    expect(await statusOf(one.use)).toEqual(["degraded", "unreachable"]);
  }, 30_000);

  test("longer pauses the longer it lasts, and never longer than a quarter of an hour or so", async () => {
    const one = await connected();
    await ended(one);
    await onToken({ kind: "status", status: 503 }, { count: "always" });
    const pauses: number[] = [];
    for (let i = 0; i < 8; i += 1) {
      await atHand(one.use, { refreshRetryAt: null });
      await failure(ask(one.use));
      pauses.push((((await rowOf(one.use))?.refreshRetryAt?.getTime() ?? 0) - Date.now()) / 1000);
    }
    expect(pauses[0]).toBeLessThan(20);
    expect(pauses[3]).toBeGreaterThan(60);
    expect(pauses[7]).toBeGreaterThan(600);
    expect(pauses[7]).toBeLessThan(1200);
  });

  test("without a new refresh token: the old one is kept, and so is its end", async () => {
    const one = await connected();
    await ended(one);
    const end = (await rowOf(one.use))?.refreshExpiresAt;
    const [token] = await forge().admin.tokens({ login: one.login });
    const fresh = await forge().admin.issueToken(one.login, [], token?.clientId ?? "");
    await onToken({
      kind: "status",
      status: 200,
      body: { access_token: fresh.token, token_type: "bearer", expires_in: 3600, scope: "" },
    });
    expect(await ask(one.use)).toBe(one.login);
    expect(await rowOf(one.use)).toMatchObject({ refreshExpiresAt: end, refreshProlongs: false });
    await ended(one);
    await atHand(one.use, { refreshExpiresAt: new Date((end?.getTime() ?? 0) - 60_000) });
    // The forge still takes the old one: it was not used there.
    expect(await ask(one.use)).toBe(one.login);
    expect((await rowOf(one.use))?.refreshProlongs).toBe(true);
  });
});

async function untilCalled(): Promise<void> {
  await expect
    .poll(async () => (await forge().admin.faults()).some(({ met }) => met > 0), {
      timeout: 10_000,
      interval: 10,
    })
    .toBe(true);
}

describe("an answer that was lost on its way", () => {
  test("ends as refresh_lost with the next attempt, not as an endless retry", async () => {
    const one = await connected();
    await ended(one);
    await onToken({ kind: "drop", when: "after" });
    await failure(ask(one.use));
    expect(await statusOf(one.use)).toEqual(["degraded", "unreachable"]);
    await atHand(one.use, { refreshRetryAt: null });
    expect(await failure(ask(one.use))).toMatchObject({ message: expect.stringMatching(/lost on its way/) });
    expect(await statusOf(one.use)).toEqual(["needs_reauthorization", "refresh_lost"]);
    await failure(ask(one.use));
    expect(await tokenCalls()).toBe(2);
  });

  test("is no loss when the question had not arrived, and is forgotten then", async () => {
    const one = await connected();
    await ended(one);
    await onToken({ kind: "drop", when: "before" });
    await failure(ask(one.use));
    await atHand(one.use, { refreshRetryAt: null });
    expect(await ask(one.use)).toBe(one.login);
    expect(await rowOf(one.use)).toMatchObject({ refreshUnansweredAt: null, refreshFailures: 0 });
  });

  test("is remembered through a refusal for other reasons", async () => {
    const one = await connected();
    await ended(one);
    await onToken({ kind: "drop", when: "after" });
    await failure(ask(one.use));
    await atHand(one.use, { refreshRetryAt: null });
    await onToken({ kind: "rate_limit", status: 429 });
    await failure(ask(one.use));
    await atHand(one.use, { refreshRetryAt: null });
    await failure(ask(one.use));
    expect(await statusOf(one.use)).toEqual(["needs_reauthorization", "refresh_lost"]);
  });

  test("a limit alone is an answer: what follows is no loss of ours", async () => {
    const one = await connected();
    await ended(one);
    await onToken({ kind: "rate_limit", status: 429 });
    await failure(ask(one.use));
    expect((await rowOf(one.use))?.refreshUnansweredAt).toBeNull();
  });
});

describe("during a slow refresh", () => {
  async function slowly(one: Connected): Promise<{ asking: Promise<unknown> }> {
    await ended(one);
    await onToken({ kind: "delay", ms: 1200 });
    const asking = failure(ask(one.use));
    await untilCalled();
    return { asking };
  }

  test("re-authorize wins, and what comes too late is revoked", async () => {
    const one = await connected();
    const { asking } = await slowly(one);
    await connect(one.desk, instance, { login: one.login });
    const granted = await rowOf(one.use);
    await asking;
    expect(await rowOf(one.use)).toMatchObject({
      generation: granted?.generation,
      fingerprint: granted?.fingerprint,
    });
    expect(await ask(one.use)).toBe(one.login);
    await runDueCleanups(AbortSignal.timeout(20_000));
    expect(await activeTokens(one.login)).toBe(1);
    expect(await ask(one.use)).toBe(one.login);
  });

  test("remove wins, and what comes too late takes the place of what it replaced: it is what is revoked", async () => {
    const one = await connected();
    const reuses = await forge().admin.refreshReuses();
    const { asking } = await slowly(one);
    await removeIntegration(one.desk.ctx, { integrationId: one.use.integrationId, confirmName: one.login });
    const steps = () => db().select().from(cleanups).where(eq(cleanups.projectId, one.use.projectId));
    // Nothing is tried with the old token while the provider replaces it.
    await runDueCleanups(AbortSignal.timeout(20_000));
    expect(await steps()).toMatchObject([{ outcome: null, attempts: 0, generation: 1 }]);
    expect(await asking).toMatchObject({ code: "integration_removed" });
    expect(await rowOf(one.use)).toBeUndefined();
    expect(await steps()).toMatchObject([{ kind: "revoke_token", outcome: null, generation: 2 }]);
    expect(await activeTokens(one.login)).toBe(1);
    await runDueCleanups(AbortSignal.timeout(20_000));
    expect(await activeTokens(one.login)).toBe(0);
    expect(await steps()).toMatchObject([{ outcome: "done", tokenSealed: null, refreshTokenSealed: null }]);
    expect(await forge().admin.refreshReuses()).toBe(reuses);
  });

  test("remove and Forget now win: what comes too late is revoked all the same", async () => {
    const one = await connected();
    const { asking } = await slowly(one);
    const { integrationId } = one.use;
    await removeIntegration(one.desk.ctx, { integrationId, confirmName: one.login });
    await forgetCleanups(one.desk.ctx, { integrationId });
    await asking;
    await runDueCleanups(AbortSignal.timeout(20_000));
    expect(await activeTokens(one.login)).toBe(0);
    const rows = await db()
      .select()
      .from(cleanups)
      .where(eq(cleanups.projectId, one.use.projectId))
      .orderBy(cleanups.createdAt);
    expect(rows.map(({ outcome, tokenSealed }) => [outcome, tokenSealed])).toEqual([
      ["forgotten", null],
      ["done", null],
    ]);
  });

  test("pause wins: nobody uses what came, and nothing of it is lost", async () => {
    const one = await connected();
    const { asking } = await slowly(one);
    await db().transaction((tx) => transition(tx, one.use, { kind: "paused" }));
    expect(await asking).toMatchObject({ code: "integration_paused" });
    expect(await statusOf(one.use)).toEqual(["paused", null]);
    await db().transaction((tx) => transition(tx, one.use, { kind: "resumed" }));
    expect(await ask(one.use)).toBe(one.login);
    expect(await tokenCalls()).toBe(1);
  });

  test("the provider is called outside of any transaction", async () => {
    const one = await connected();
    const { asking } = await slowly(one);
    const open = await db().execute(
      sql`select 1 from pg_stat_activity where datname = current_database() and state like 'idle in transaction%'`,
    );
    expect(open.rows).toEqual([]);
    await asking;
  });
});

test("no token is in what a refresh leaves in the audit, nor in an error", async () => {
  const one = await connected();
  await ended(one);
  let token = "";
  await withCredential(one.use, async (grant) => {
    token = tokenOf(grant).reveal();
  });
  const rows = await db().select().from(auditEvents).where(eq(auditEvents.subjectId, one.use.integrationId));
  expect(JSON.stringify(rows)).not.toContain(token);
});
