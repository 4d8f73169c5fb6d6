import { randomBytes } from "node:crypto";
import { eq, sql } from "drizzle-orm";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { auditEvents, credentials, db, integrations } from "@/db";
import { transition } from "@/lib/credentials/status";
import type { ReadyInstance } from "@/lib/instances";
import { getIntegration, listIncidents, listIntegrations, runDueChecks } from "@/lib/integrations";
import { readHeadOf } from "@/lib/sources";
import { addBoundApp } from "@/lib/testing/bound-app";
import { useTestDatabase } from "@/lib/testing/database";
import { addDesk, addInstance, connect, type Desk, useForge } from "@/lib/testing/forge";

useTestDatabase();
const { forge } = useForge();
let instance: ReadyInstance;
const never = new AbortController().signal;

beforeAll(async () => {
  instance = await addInstance(forge());
});
beforeEach(() => forge().admin.clearFaults());

type One = { desk: Desk; login: string; projectId: string; integrationId: string };

async function connected(at: ReadyInstance = instance): Promise<One> {
  const login = `user-${randomBytes(4).toString("hex")}`;
  await forge().admin.createUser({ login });
  const desk = await addDesk();
  const integrationId = await connect(desk, at, { login });
  return { desk, login, projectId: desk.projectId, integrationId };
}

const rowOf = async ({ integrationId }: One) => {
  const [row] = await db().select().from(integrations).where(eq(integrations.id, integrationId));
  if (!row) throw new Error("The integration is gone.");
  return row;
};
const statusOf = async (one: One) => {
  const { status, statusReason } = await rowOf(one);
  return [status, statusReason];
};
const isDue = ({ integrationId }: One) =>
  db()
    .update(integrations)
    .set({ checkAt: sql`now() - interval '1 second'` })
    .where(eq(integrations.id, integrationId));
async function look(one: One): Promise<void> {
  await isDue(one);
  await runDueChecks(never);
}
const ends = ({ integrationId }: One, inDays: number) =>
  db()
    .update(credentials)
    .set({ accessExpiresAt: sql`now() + make_interval(secs => ${inDays * 86_400})` })
    .where(eq(credentials.integrationId, integrationId));

/** Has an app follow a private repository of the account, and answers with a way to read its head. */
async function following({ desk, login, integrationId }: One) {
  await forge().admin.createRepository({ owner: login, name: "site", private: true });
  const { repositoryId } = await addBoundApp(desk, { integrationId, repository: `${login}/site` });
  return () => readHeadOf(repositoryId, "main");
}

describe("the health probe", () => {
  test("comes by itself to whatever is connected, without anybody planning it", async () => {
    const one = await connected();
    expect((await rowOf(one)).checkAt).toBeNull();
    await runDueChecks(never);
    const planned = (await rowOf(one)).checkAt?.getTime() ?? 0;
    expect(planned).toBeGreaterThan(Date.now() + 4 * 3_600_000);
    await look(one);
    expect((await rowOf(one)).probedAt).toBeInstanceOf(Date);
    expect((await rowOf(one)).lastUsedAt).toBeNull();
  });

  test("notices that scopes were reduced, and says which", async () => {
    const one = await connected();
    const [token] = await forge().admin.tokens({ login: one.login });
    await forge().admin.reduceScopes(token?.id ?? 0, ["read:org"]);
    await look(one);
    expect(await statusOf(one)).toEqual(["needs_reauthorization", "scopes_reduced"]);
    const { details } = await getIntegration(one.desk.ctx, one.integrationId);
    expect(details?.scopes).toMatchObject([
      { scope: "repo", isGranted: false },
      { scope: "read:org", isGranted: true },
    ]);
  });

  test("comes at once when a repository is no longer shown, since that is how a use meets a scope that is gone", async () => {
    const one = await connected();
    const read = await following(one);
    await look(one);
    const probedLongAgo = { probedAt: sql`now() - interval '2 minutes'` };
    await db().update(integrations).set(probedLongAgo).where(eq(integrations.id, one.integrationId));
    const [token] = await forge().admin.tokens({ login: one.login });
    await forge().admin.reduceScopes(token?.id ?? 0, ["read:org"]);
    await expect(read()).rejects.toMatchObject({ name: "RepositoryGone" });
    await runDueChecks(never);
    expect(await statusOf(one)).toEqual(["needs_reauthorization", "scopes_reduced"]);
  });

  test("asks no more often than once a minute for a repository that stays hidden", async () => {
    const one = await connected();
    const read = await following(one);
    await look(one);
    const planned = (await rowOf(one)).checkAt;
    await forge().admin.deleteRepository(`${one.login}/site`);
    await expect(read()).rejects.toMatchObject({ name: "RepositoryGone" });
    expect((await rowOf(one)).checkAt).toEqual(planned);
    expect(await statusOf(one)).toEqual(["active", null]);
  });

  test("notices that an account is suspended, and that it no longer is", async () => {
    const one = await connected();
    await forge().admin.suspendUser(one.login);
    await look(one);
    expect(await statusOf(one)).toEqual(["needs_reauthorization", "suspended"]);
    expect((await rowOf(one)).checkAt).toBeInstanceOf(Date);
    await look(one);
    expect(await statusOf(one)).toEqual(["needs_reauthorization", "suspended"]);
    await forge().admin.suspendUser(one.login, false);
    await look(one);
    expect(await statusOf(one)).toEqual(["active", null]);
    expect(await listIncidents(one.desk.ctx)).toEqual([]);
    const told = await db().select().from(auditEvents).where(eq(auditEvents.subjectId, one.integrationId));
    expect(told.map(({ event }) => event)).toEqual(
      expect.arrayContaining(["integration.lost", "integration.unsuspended"]),
    );
  });

  test("notices a revocation that nobody told of, and no refusal of a living token", async () => {
    const one = await connected();
    await forge().admin.fault({ match: { path: "/api/v3/user" }, action: { kind: "status", status: 401 } });
    await look(one);
    expect(await statusOf(one)).toEqual(["active", null]);
    await forge().admin.revokeToken((await forge().admin.tokens({ login: one.login }))[0]?.id ?? 0);
    await look(one);
    expect(await statusOf(one)).toEqual(["needs_reauthorization", "revoked"]);
  });

  test("asks again for what is degraded, until it recovers", async () => {
    const one = await connected();
    await forge().admin.fault({ match: { path: "/api/v3/user" }, action: { kind: "status", status: 503 } });
    await look(one);
    expect(await statusOf(one)).toEqual(["degraded", "unreachable"]);
    expect((await rowOf(one)).checkAt?.getTime()).toBeLessThan(Date.now() + 120_000);
    await look(one);
    expect(await statusOf(one)).toEqual(["active", null]);
  });

  test("waits as long as a limiting provider asked for", async () => {
    const one = await connected();
    await forge().admin.fault({
      match: { path: "/api/v3/user" },
      action: { kind: "rate_limit", retryAfterSeconds: 900 },
    });
    await look(one);
    expect(await statusOf(one)).toEqual(["degraded", "rate_limited"]);
    expect((await rowOf(one)).checkAt?.getTime()).toBeGreaterThan(Date.now() + 890_000);
  });

  test("leaves a paused integration alone", async () => {
    const one = await connected();
    await db().transaction((tx) => transition(tx, one, { kind: "paused" }));
    await forge().admin.clearRequests();
    await look(one);
    expect(await forge().admin.requests({})).toEqual([]);
  });

  test("of one host that takes its time holds up no other's", async () => {
    const slow = await Promise.all(Array.from({ length: 6 }, () => connected()));
    const elsewhere = await connected();
    // The same server by another name is another host to the console.
    const origin = forge().url.replace("127.0.0.1", "localhost");
    await db().update(integrations).set({ origin }).where(eq(integrations.id, elsewhere.integrationId));
    await forge().admin.fault({
      match: { path: "/api/v3/user" },
      action: { kind: "delay", ms: 6000 },
      count: 4,
    });
    for (const one of slow) await isDue(one);
    const running = runDueChecks(never);
    await new Promise((resolve) => setTimeout(resolve, 300));
    await isDue(elsewhere);
    const began = Date.now();
    await expect
      .poll(async () => (await rowOf(elsewhere)).checkAt?.getTime() ?? 0, { timeout: 10_000, interval: 20 })
      .toBeGreaterThan(Date.now() + 3_600_000);
    expect(Date.now() - began).toBeLessThan(5000);
    await running;
    expect((await rowOf(slow[5] as One)).probedAt).toBeInstanceOf(Date);
  });

  test("is done once by two workers", async () => {
    const all = await Promise.all(Array.from({ length: 5 }, () => connected()));
    for (const one of all) await isDue(one);
    await forge().admin.clearRequests();
    const counts = await Promise.all([runDueChecks(never), runDueChecks(never)]);
    expect((counts[0] ?? 0) + (counts[1] ?? 0)).toBe(5);
    expect(await forge().admin.requests({ path: "/api/v3/user" })).toHaveLength(5);
  });
});

describe("an end that nobody but a person can put off", () => {
  test("is warned of once at 30, 7 and 1 days, shown as expiring under seven, and ends as expired", async () => {
    const one = await connected();
    const warned = async () => {
      const rows = await db()
        .select()
        .from(auditEvents)
        .where(eq(auditEvents.subjectId, one.integrationId))
        .orderBy(auditEvents.seq);
      return rows.filter(({ event }) => event === "integration.expiring").map(({ facts }) => facts.days);
    };
    await ends(one, 29);
    await look(one);
    await look(one);
    expect(await warned()).toEqual([30]);
    const sentence = expect.stringMatching(/^It works\. .+ ends in less than 30 days/);
    expect(await listIntegrations(one.desk.ctx)).toMatchObject([
      { isExpiring: false, action: null, sentence },
    ]);
    await ends(one, 6);
    await look(one);
    expect(await listIntegrations(one.desk.ctx)).toMatchObject([
      { status: "active", isExpiring: true, action: "reauthorize", endsAt: expect.any(String) },
    ]);
    await ends(one, 0.5);
    await look(one);
    expect(await warned()).toEqual([30, 7, 1]);
    expect(await listIncidents(one.desk.ctx)).toMatchObject([{ kind: "expiring", days: 1 }]);
    await ends(one, -1);
    await look(one);
    expect(await statusOf(one)).toEqual(["needs_reauthorization", "expired"]);
    expect(await listIncidents(one.desk.ctx)).toMatchObject([{ kind: "needs_reauthorization" }]);
  });

  test("is told to members, not to viewers", async () => {
    const one = await connected();
    const viewer = { ...one.desk.ctx, role: "viewer" } as typeof one.desk.ctx;
    await ends(one, 29);
    const [still] = await listIntegrations(viewer);
    expect(still?.sentence).not.toMatch(/days/);
    await ends(one, 3);
    expect(await listIntegrations(viewer)).toMatchObject([{ isExpiring: true, endsAt: null }]);
  });
});

test("a repository that is gone or forbidden is the app's problem, not the integration's", async () => {
  const one = await connected();
  const { fullName } = await forge().admin.createRepository({
    owner: one.login,
    name: "shop",
    private: true,
  });
  const { repositoryId } = await addBoundApp(one.desk, {
    integrationId: one.integrationId,
    repository: fullName,
  });
  await forge().admin.deleteRepository(fullName);
  await expect(readHeadOf(repositoryId, "main", null)).rejects.toMatchObject({ name: "RepositoryGone" });
  expect(await statusOf(one)).toEqual(["active", null]);
  await look(one);
  expect(await statusOf(one)).toEqual(["active", null]);
});
