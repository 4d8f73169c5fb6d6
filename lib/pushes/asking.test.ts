import { eq, sql } from "drizzle-orm";
import { describe, expect, test } from "vitest";
import {
  db,
  deliveries,
  heads,
  hooks,
  integrations,
  newId,
  providerInstances,
  repositories,
  verdicts,
} from "@/db";
import { createApp } from "@/lib/apps";
import {
  deployLatest,
  listRecentPushes,
  reconcileAll,
  reconcileRepository,
  runDueDecisions,
  runDuePolls,
} from "@/lib/pushes";
import { appInput, type Bench, useBenches } from "@/lib/testing/bench";
import { useTestDatabase } from "@/lib/testing/database";
import { deploymentRow, deploymentsOf, sha } from "@/lib/testing/factories";

useTestDatabase();
const { forge, bench } = useBenches();
const { signal } = new AbortController();

type Unheard = Bench & { appId: string; repositoryId: string };

/** A project whose app is there, and whose hook is not: nothing tells of pushes. */
async function unheard(): Promise<Unheard> {
  const at = await bench();
  const { id: appId, repositoryId } = await createApp(at.ctx, appInput(at));
  for (const { id } of await forge().admin.hooks(at.repository)) await forge().admin.deleteHook(id);
  await db().delete(hooks).where(eq(hooks.repositoryId, repositoryId));
  return { ...at, appId, repositoryId };
}

const repositoryRow = async (id: string) => {
  const [row] = await db().select().from(repositories).where(eq(repositories.id, id));
  if (!row) throw new Error("There is no such repository.");
  return row;
};

const duePoll = (id: string) =>
  db()
    .update(repositories)
    .set({ pollAt: new Date(0) })
    .where(eq(repositories.id, id));

const push = (at: Bench, text: string) =>
  forge().admin.commitFiles(at.repository, "main", { "index.html": text }, { message: text });

const apiRequests = async (at: Bench) =>
  (await forge().admin.requests()).filter(
    ({ path }) => path.startsWith("/api/v3/repositories/") && at !== null,
  );

describe("a poll", () => {
  test("finds a push that nobody told of, deploys it once, and costs nothing where nothing changed", async () => {
    const at = await unheard();
    const pushed = await push(at, "found");
    await duePoll(at.repositoryId);
    // Several workers poll at once: one of them has it.
    const asked = await Promise.all([1, 2, 3].map(() => runDuePolls(signal)));
    expect(asked.reduce((sum, count) => sum + count, 0)).toBe(1);
    expect((await deploymentsOf(at.appId)).map(({ commit }) => commit).slice(1)).toEqual([pushed]);
    expect((await listRecentPushes(at.ctx, at.appId))[0]).toMatchObject({
      learnedFrom: "poll",
      commit: { title: "found", sha: pushed },
    });
    await forge().admin.clearRequests();
    await duePoll(at.repositoryId);
    await runDuePolls(signal);
    expect((await apiRequests(at)).map(({ status }) => status)).toEqual([304]);
    expect(await deploymentsOf(at.appId)).toHaveLength(2);
    const row = await repositoryRow(at.repositoryId);
    expect(row).toMatchObject({ pollFailures: 0, pollError: null, leaseToken: null });
    const wait = (row.pollAt?.getTime() ?? 0) - Date.now();
    expect(wait).toBeGreaterThan(40_000);
    expect(wait).toBeLessThan(70_000);
  });

  test("that a killed worker had claimed is not lost: it is made when the lease ends, and not before", async () => {
    const at = await unheard();
    const pushed = await push(at, "claimed and forgotten");
    const hold = (leaseUntil: Date) =>
      db()
        .update(repositories)
        .set({ pollAt: new Date(0), leaseToken: "a worker that is gone", leaseUntil })
        .where(eq(repositories.id, at.repositoryId));
    await hold(new Date(Date.now() + 30_000));
    await runDuePolls(signal);
    expect(await deploymentsOf(at.appId)).toHaveLength(1);
    await hold(new Date(Date.now() - 1000));
    await runDuePolls(signal);
    expect((await deploymentsOf(at.appId)).at(-1)?.commit).toBe(pushed);
    expect(await repositoryRow(at.repositoryId)).toMatchObject({ leaseToken: null, pollFailures: 0 });
  });

  test("that fails is tried again later and later, with the reason in words", async () => {
    const at = await unheard();
    const pushed = await push(at, "later");
    await forge().admin.fault({
      match: { path: "/api/v3/**" },
      action: { kind: "status", status: 502 },
      count: "always",
    });
    for (const failures of [1, 2]) {
      await duePoll(at.repositoryId);
      await runDuePolls(signal);
      const row = await repositoryRow(at.repositoryId);
      expect(row.pollFailures).toBe(failures);
      expect(row.pollError).toMatch(/\.$/);
      expect(row.pollAt?.getTime()).toBeGreaterThan(Date.now() + 30_000 * failures);
    }
    await forge().admin.clearFaults();
    await duePoll(at.repositoryId);
    await runDuePolls(signal);
    expect((await deploymentsOf(at.appId)).at(-1)?.commit).toBe(pushed);
    expect(await repositoryRow(at.repositoryId)).toMatchObject({ pollFailures: 0, pollError: null });
  });

  test("waits until the provider's rate limit ends", async () => {
    const at = await unheard();
    await forge().admin.fault({
      match: { path: "/api/v3/**" },
      action: { kind: "rate_limit", status: 403, resetSeconds: 1800 },
      count: "always",
    });
    await duePoll(at.repositoryId);
    await runDuePolls(signal);
    await forge().admin.clearFaults();
    const wait = ((await repositoryRow(at.repositoryId)).pollAt?.getTime() ?? 0) - Date.now();
    expect(wait).toBeGreaterThan(1_700_000);
  });

  test("of a repository that is gone says so, and finds it again", async () => {
    const at = await unheard();
    await forge().admin.setVisibility(at.repository, "private");
    await forge().admin.fault({
      match: { path: "/api/v3/repositories/**" },
      action: { kind: "status", status: 404, body: { message: "Not Found" } },
      count: "always",
    });
    await duePoll(at.repositoryId);
    await runDuePolls(signal);
    await forge().admin.clearFaults();
    expect(await repositoryRow(at.repositoryId)).toMatchObject({
      goneAt: expect.any(Date),
      pollError: expect.stringContaining("does not exist any more"),
    });
    await duePoll(at.repositoryId);
    await runDuePolls(signal);
    expect((await repositoryRow(at.repositoryId)).goneAt).toBeNull();
  });

  test("stays planned, seldom, with an active hook: a push whose delivery never arrived is found", async () => {
    const at = await bench();
    const { id: appId, repositoryId } = await createApp(at.ctx, appInput(at));
    const planned = async () => ((await repositoryRow(repositoryId)).pollAt?.getTime() ?? 0) - Date.now();
    expect(await planned()).toBeGreaterThan(13 * 60_000);
    expect(await planned()).toBeLessThanOrEqual(15 * 60_000);
    // Nobody listens at the console's address here, so the delivery is lost.
    const pushed = await push(at, "undelivered");
    await duePoll(repositoryId);
    await runDuePolls(signal);
    expect((await deploymentsOf(appId)).at(-1)?.commit).toBe(pushed);
    expect(await planned()).toBeGreaterThan(13 * 60_000);
    expect(await planned()).toBeLessThan(17 * 60_000);
  });
});

describe("a worker that starts", () => {
  test("reads each tracked head once and deploys what was pushed while nobody was there", async () => {
    const [one, two] = [await unheard(), await unheard()];
    const pushed = [await push(one, "one"), await push(two, "two")];
    await Promise.all([reconcileAll(signal), reconcileAll(signal)]);
    for (const [n, at] of [one, two].entries()) {
      expect((await deploymentsOf(at.appId)).map(({ commit }) => commit).slice(1)).toEqual([pushed[n]]);
    }
    expect(await reconcileAll(signal)).toBe(0);
  });

  test("plans a poll for what it cannot read", async () => {
    const at = await bench();
    const { repositoryId } = await createApp(at.ctx, appInput(at));
    expect((await repositoryRow(repositoryId)).pollFailures).toBe(0);
    await forge().admin.fault({
      match: { path: "/api/v3/**" },
      action: { kind: "drop", when: "before" },
      count: 10,
    });
    expect(await reconcileRepository(repositoryId)).toBe(0);
    await forge().admin.clearFaults();
    const { pollAt, pollFailures } = await repositoryRow(repositoryId);
    expect(pollFailures).toBe(1);
    expect(pollAt?.getTime()).toBeLessThan(Date.now() + 5 * 60_000);
  });
});

describe("a delivery that did not follow from what we knew", () => {
  /** As intake leaves it: a delivery, and a verdict that waits. */
  async function deciding(at: Unheard, after: string | null): Promise<string> {
    const id = newId("dlv");
    const place = { projectId: at.projectId, repositoryId: at.repositoryId };
    const facts = { kind: "push", ref: "refs/heads/main", after, before: sha("elsewhere") };
    await db()
      .insert(deliveries)
      .values({
        ...place,
        id,
        hookId: "hok_gone",
        deliveryId: id,
        event: "push",
        bodyHash: "",
        facts,
        outcome: "deciding",
      });
    await db()
      .insert(verdicts)
      .values({
        ...{ projectId: at.projectId, appId: at.appId, deliveryId: id },
        verdict: "deciding",
        decideAt: new Date(0),
      });
    return id;
  }

  const verdictOf = async (deliveryId: string) =>
    (await db().select().from(verdicts).where(eq(verdicts.deliveryId, deliveryId)))[0];
  const deliveryOf = async (id: string) =>
    (await db().select().from(deliveries).where(eq(deliveries.id, id)))[0];

  test("of the head deploys it, once, and points to the head's push", async () => {
    const at = await unheard();
    const pushed = await push(at, "head");
    const ids = [await deciding(at, pushed), await deciding(at, pushed)];
    await Promise.all([runDueDecisions(signal), runDueDecisions(signal)]);
    expect((await deploymentsOf(at.appId)).map(({ commit }) => commit).slice(1)).toEqual([pushed]);
    const recent = await listRecentPushes(at.ctx, at.appId);
    expect(recent).toMatchObject([{ verdict: "deploy", commit: { sha: pushed } }]);
    for (const id of ids) expect((await deliveryOf(id))?.pushId).toBe(recent[0]?.id);
  });

  test("of an older push says that it came too late, while the head deploys", async () => {
    const at = await unheard();
    const old = await push(at, "old");
    const head = await push(at, "head");
    const id = await deciding(at, old);
    await runDueDecisions(signal);
    expect(await verdictOf(id)).toMatchObject({
      verdict: "superseded_before_start",
      facts: { newer: head.slice(0, 7) },
      decideAt: null,
    });
    expect((await deploymentsOf(at.appId)).map(({ commit }) => commit).slice(1)).toEqual([head]);
  });

  test("waits while the provider is down", async () => {
    const at = await unheard();
    const pushed = await push(at, "down");
    const id = await deciding(at, pushed);
    await forge().admin.fault({
      match: { path: "/api/v3/**" },
      action: { kind: "html", status: 503 },
      count: "always",
    });
    await runDueDecisions(signal);
    await forge().admin.clearFaults();
    expect(await verdictOf(id)).toMatchObject({ verdict: "deciding", attempts: 1, leaseToken: null });
    expect((await verdictOf(id))?.decideAt?.getTime()).toBeGreaterThan(Date.now());
    await db()
      .update(verdicts)
      .set({ decideAt: new Date(0) })
      .where(sql`delivery_id = ${id}`);
    await runDueDecisions(signal);
    expect((await deploymentsOf(at.appId)).at(-1)?.commit).toBe(pushed);
  });

  test("of a repository that is gone ends, and the repository is still looked at later", async () => {
    const at = await unheard();
    const id = await deciding(at, sha("any"));
    await forge().admin.setVisibility(at.repository, "private");
    await forge().admin.fault({
      match: { path: "/api/v3/repositories/**" },
      action: { kind: "status", status: 404, body: { message: "Not Found" } },
      count: "always",
    });
    await db().update(repositories).set({ pollAt: null }).where(eq(repositories.id, at.repositoryId));
    await runDueDecisions(signal);
    await forge().admin.clearFaults();
    expect(await verdictOf(id)).toMatchObject({ verdict: "repository_gone", decideAt: null });
    expect((await repositoryRow(at.repositoryId)).pollAt?.getTime()).toBeGreaterThan(Date.now());
  });

  test("waits while the instance cannot be used, and the repository is polled", async () => {
    const at = await unheard();
    const id = await deciding(at, sha("any"));
    const [used] = await db().select().from(integrations).where(eq(integrations.id, at.integrationId));
    const switchTo = (disabledAt: Date | null) =>
      db()
        .update(providerInstances)
        .set({ disabledAt })
        .where(eq(providerInstances.id, used?.instanceId ?? ""));
    await switchTo(new Date());
    await db().update(repositories).set({ pollAt: null }).where(eq(repositories.id, at.repositoryId));
    await runDueDecisions(signal);
    await switchTo(null);
    const verdict = await verdictOf(id);
    expect(verdict).toMatchObject({ verdict: "deciding", leaseToken: null });
    expect(verdict?.decideAt?.getTime()).toBeGreaterThan(Date.now());
    expect((await repositoryRow(at.repositoryId)).pollAt?.getTime()).toBeGreaterThan(Date.now());
  });

  test("is decided without the provider where nobody may ask it", async () => {
    const at = await unheard();
    const id = await deciding(at, sha("any"));
    await db().update(integrations).set({ status: "paused" }).where(eq(integrations.id, at.integrationId));
    await runDueDecisions(signal);
    expect(await verdictOf(id)).toMatchObject({ verdict: "integration_paused", decideAt: null });
  });
});

describe("deploying the latest", () => {
  test("asks for the head: what was pushed unseen deploys as its own push", async () => {
    const at = await unheard();
    const pushed = await push(at, "unseen");
    const { id } = await deployLatest(at.ctx, { appId: at.appId });
    expect(await deploymentRow(id)).toMatchObject({ trigger: "push", commit: pushed });
  });

  test("twice by a double click makes one deployment of the head", async () => {
    const at = await unheard();
    const clicks = await Promise.all([1, 2, 3].map(() => deployLatest(at.ctx, { appId: at.appId })));
    expect(new Set(clicks.map(({ id }) => id)).size).toBe(1);
    expect(await deploymentRow(clicks[0]?.id ?? "")).toMatchObject({ trigger: "manual", status: "queued" });
  });

  test("with a provider that is down takes the last head that is known", async () => {
    const at = await unheard();
    await forge().admin.fault({
      match: { path: "/api/v3/**" },
      action: { kind: "drop", when: "before" },
      count: 20,
    });
    const { id } = await deployLatest(at.ctx, { appId: at.appId });
    await forge().admin.clearFaults();
    const [head] = await db().select().from(heads).where(eq(heads.repositoryId, at.repositoryId));
    expect(await deploymentRow(id)).toMatchObject({
      trigger: "manual",
      commit: head?.commit,
      status: "queued",
    });
  });
});
