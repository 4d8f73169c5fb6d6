import { and, eq } from "drizzle-orm";
import { beforeAll, describe, expect, test } from "vitest";
import { db, deliveries, heads, hooks, newId, pushes, repositories, verdicts } from "@/db";
import { listRecentPushes } from "@/lib/pushes";
import { Secret } from "@/lib/secret";
import { useTestDatabase } from "@/lib/testing/database";
import { call, pushBody, signatureOf } from "@/lib/testing/deliveries";
import {
  addApp,
  addHook,
  addSite,
  deploymentsOf,
  type Site,
  sha,
  type TestHook,
} from "@/lib/testing/factories";
import { seal } from "@/lib/vault";
import { receiveWebhook } from "@/lib/webhooks";

useTestDatabase();

let site: Site;
let hook: TestHook;

async function fresh() {
  site = await addSite();
  hook = await addHook(site);
}

const deliveriesOf = () => db().select().from(deliveries).where(eq(deliveries.hookId, hook.hookId));
const pushesOf = () => db().select().from(pushes).where(eq(pushes.repositoryId, site.repositoryId));
const hookRow = async () => (await db().select().from(hooks).where(eq(hooks.id, hook.hookId)))[0];

describe("an authentic push", () => {
  test("is answered 202, stored, numbered, decided and queued", async () => {
    await fresh();
    expect(await receiveWebhook(call(hook, pushBody(site), { id: "d-1" }))).toEqual({
      status: 202,
      body: { outcome: "push" },
    });
    const [push] = await pushesOf();
    expect(push).toMatchObject({ seq: 1, commit: sha(1), pusher: "jonas", learnedFrom: "delivery" });
    const [delivery] = await deliveriesOf();
    expect(delivery).toMatchObject({ outcome: "push", pushId: push?.id, deliveryId: "d-1", repeats: 0 });
    expect(await deploymentsOf(site.appId)).toMatchObject([
      { status: "queued", commit: sha(1), commitAuthor: "Jonas Okafor", pushId: push?.id },
    ]);
    expect((await hookRow())?.lastDeliveryAt).not.toBeNull();
  });

  test("delivered twenty times at once deploys once and counts nineteen repeats", async () => {
    await fresh();
    const one = call(hook, pushBody(site));
    const answers = await Promise.all(Array.from({ length: 20 }, () => receiveWebhook(one)));
    expect(answers.every(({ status }) => status === 202)).toBe(true);
    expect(answers.filter(({ body }) => body?.outcome === "push")).toHaveLength(1);
    expect(await deliveriesOf()).toMatchObject([{ repeats: 19 }]);
    expect(await pushesOf()).toHaveLength(1);
    expect(await deploymentsOf(site.appId)).toHaveLength(1);
  });

  test("replayed under new delivery ids deploys nothing again, now and later", async () => {
    await fresh();
    const first = pushBody(site);
    await receiveWebhook(call(hook, first));
    const again = await Promise.all([1, 2, 3].map(() => receiveWebhook(call(hook, first))));
    expect(again.map(({ body }) => body?.outcome)).toEqual(["known", "known", "known"]);
    await receiveWebhook(call(hook, pushBody(site, { before: sha(1), after: sha(2) })));
    // By now it is an old push: it must not deploy the past.
    expect((await receiveWebhook(call(hook, first))).body?.outcome).toBe("deciding");
    expect((await deploymentsOf(site.appId)).map(({ commit }) => commit)).toEqual([sha(1), sha(2)]);
  });

  test("of two projects on one repository reaches only the project whose hook was called", async () => {
    await fresh();
    const stranger = await addSite();
    await db()
      .update(repositories)
      .set({ externalId: site.repositoryExternalId })
      .where(eq(repositories.id, stranger.repositoryId));
    await receiveWebhook(call(hook, pushBody(site)));
    expect(await deploymentsOf(site.appId)).toHaveLength(1);
    expect(await deploymentsOf(stranger.appId)).toHaveLength(0);
  });

  test("gives every app of the repository its verdict", async () => {
    await fresh();
    const dev = await addApp(site, { branch: "dev" });
    await receiveWebhook(call(hook, pushBody(site)));
    expect(await listRecentPushes(site.ctx, dev)).toMatchObject([
      { verdict: "branch_not_tracked", deployment: null, pusher: "jonas" },
    ]);
  });

  test("follows a repository that was renamed", async () => {
    await fresh();
    const renamed = { ...site, repositoryName: "tidepool/renamed" };
    expect((await receiveWebhook(call(hook, pushBody(renamed)))).body?.outcome).toBe("push");
    const [row] = await db().select().from(repositories).where(eq(repositories.id, site.repositoryId));
    expect(row).toMatchObject({
      fullName: "tidepool/renamed",
      cloneUrl: "https://git.example/tidepool/renamed.git",
    });
    expect(await deploymentsOf(site.appId)).toMatchObject([{ repositoryName: "tidepool/renamed" }]);
  });

  test("with texts that PostgreSQL cannot hold is taken in all the same", async () => {
    await fresh();
    const body = JSON.parse(pushBody(site).toString());
    body.head_commit.message = `a\u0000b\ud800${"x".repeat(1_000_000)}`;
    const answer = await receiveWebhook(call(hook, Buffer.from(JSON.stringify(body))));
    expect(answer.body?.outcome).toBe("push");
    expect((await pushesOf())[0]?.message.length).toBeLessThan(5000);
  });
});

describe("a delivery that does not follow from what we know", () => {
  test("waits as deciding for every app that tracks the branch, and moves nothing", async () => {
    await fresh();
    const answer = await receiveWebhook(call(hook, pushBody(site, { before: sha(7), after: sha(8) })));
    expect(answer).toEqual({ status: 202, body: { outcome: "deciding" } });
    const waiting = await db().select().from(verdicts).where(eq(verdicts.appId, site.appId));
    expect(waiting).toMatchObject([{ verdict: "deciding", pushId: null, decidedAt: null }]);
    expect(waiting[0]?.decideAt).not.toBeNull();
    const [head] = await db()
      .select()
      .from(heads)
      .where(and(eq(heads.repositoryId, site.repositoryId), eq(heads.ref, "refs/heads/main")));
    expect(head?.commit).toBe(sha("start"));
    expect(await listRecentPushes(site.ctx, site.appId)).toMatchObject([
      { verdict: "deciding", refName: "main", commit: { sha: sha(8) }, learnedFrom: "delivery" },
    ]);
  });
});

describe("what is not a push", () => {
  test("a ping is noted, another event ignored, and both are accepted", async () => {
    await fresh();
    const ping = Buffer.from(JSON.stringify({ zen: "Keep it simple.", hook_id: 1, hook: {} }));
    expect((await receiveWebhook(call(hook, ping, { event: "ping" }))).body?.outcome).toBe("ping");
    const star = Buffer.from(JSON.stringify({ action: "created" }));
    expect(await receiveWebhook(call(hook, star, { event: "star" }))).toEqual({
      status: 202,
      body: { outcome: "ignored" },
    });
    expect((await deliveriesOf()).map(({ outcome }) => outcome).sort()).toEqual(["ignored", "ping"]);
  });

  test.each([
    ["a push body called star", (body: Buffer) => ({ body, event: "star" })],
    ["a push that is no JSON", () => ({ body: Buffer.from("payload=%7B%7D"), event: "push" })],
    ["a push that lacks its ref", () => ({ body: Buffer.from("{}"), event: "push" })],
    ["an empty body", () => ({ body: Buffer.alloc(0), event: "push" })],
  ])("%s, signed, is accepted without any effect", async (_name, make) => {
    await fresh();
    const { body, event } = make(pushBody(site));
    expect(await receiveWebhook(call(hook, body, { event }))).toEqual({
      status: 202,
      body: { outcome: "ignored" },
    });
    expect(await pushesOf()).toEqual([]);
    expect(await deploymentsOf(site.appId)).toEqual([]);
  });

  test("a push of another repository, signed with this hook's secret, has no effect", async () => {
    await fresh();
    const other = { ...site, repositoryExternalId: "4711" };
    expect((await receiveWebhook(call(hook, pushBody(other)))).body?.outcome).toBe("ignored");
    expect(await deploymentsOf(site.appId)).toEqual([]);
  });

  test("a call without a delivery id cannot be told from its repeats and is refused", async () => {
    await fresh();
    const one = call(hook, pushBody(site));
    const { "x-github-delivery": _, ...headers } = one.headers;
    expect((await receiveWebhook({ ...one, headers })).status).toBe(400);
    expect(await deliveriesOf()).toEqual([]);
  });
});

describe("a signature", () => {
  const refused = { status: 401, body: null };
  beforeAll(fresh);

  const header = "X-Hub-Signature-256";
  test.each<[string, (body: Buffer, secret: string) => string[]]>([
    ["that is missing", () => []],
    ["that is empty", () => [header, ""]],
    ["by another secret", (body) => [header, signatureOf(body, "another secret")]],
    ["by an empty secret", (body) => [header, signatureOf(body, "")]],
    ["of another body", (_body, secret) => [header, signatureOf(Buffer.from("{}"), secret)]],
    ["of sha1 only", (body, secret) => ["X-Hub-Signature", signatureOf(body, secret, "sha1")]],
    ["of sha1 in the place of sha256", (body, secret) => [header, signatureOf(body, secret, "sha1")]],
    ["without its prefix", (body, secret) => [header, signatureOf(body, secret).slice(7)]],
    ["that is cut short", (body, secret) => [header, signatureOf(body, secret).slice(0, -2)]],
    ["that goes on", (body, secret) => [header, `${signatureOf(body, secret)}00`]],
    [
      "that is sent twice",
      (body, secret) => [header, signatureOf(body, secret), header, signatureOf(body, secret)],
    ],
    ["beside a wrong one", (body, secret) => [header, "sha256=00", header, signatureOf(body, secret)]],
  ])("%s is 401 with an empty body and leaves no row", async (_name, headers) => {
    const body = pushBody(site);
    const answer = await receiveWebhook(call(hook, body, { headers: headers(body, hook.secret) }));
    expect(answer).toEqual(refused);
    expect(await deliveriesOf()).toEqual([]);
    expect(await deploymentsOf(site.appId)).toEqual([]);
  });

  test("is over the bytes: a truncated or re-serialized body is refused", async () => {
    const body = pushBody(site);
    const headers = ["X-Hub-Signature-256", signatureOf(body, hook.secret)];
    const pretty = Buffer.from(JSON.stringify(JSON.parse(body.toString()), null, 1));
    for (const other of [body.subarray(0, -1), pretty, Buffer.concat([body, Buffer.from(" ")])]) {
      expect(await receiveWebhook(call(hook, other, { headers }))).toEqual(refused);
    }
  });

  test("of one hook opens no other, and an unknown hook is the same 401", async () => {
    const other = await addHook(await addSite());
    const body = pushBody(site);
    expect(await receiveWebhook(call({ ...other, secret: hook.secret }, body))).toEqual(refused);
    expect(await receiveWebhook(call({ ...hook, hookId: newId("hok") }, body))).toEqual(refused);
  });

  test("that is wrong is counted on the hook, and nothing else is kept", async () => {
    await fresh();
    const body = pushBody(site);
    for (let n = 0; n < 3; n += 1) await receiveWebhook(call(hook, body, { headers: [] }));
    await expect.poll(async () => (await hookRow())?.rejectedCount, { timeout: 15_000 }).toBe(3);
    expect((await hookRow())?.rejectedAt).not.toBeNull();
  });

  test("that is wrong again and again is not looked at any more; the provider's own calls are", async () => {
    await fresh();
    const body = pushBody(site);
    const flood = { headers: [], address: "203.0.113.66" };
    const answers = [];
    for (let n = 0; n < 70; n += 1) answers.push((await receiveWebhook(call(hook, body, flood))).status);
    expect(answers.filter((status) => status === 401)).toHaveLength(60);
    expect(answers.at(-1)).toBe(429);
    expect((await receiveWebhook(call(hook, body))).status).toBe(202);
  });
});

describe("a hook's secret", () => {
  const place = (generation: number, field: string) => ({
    ...{ projectId: site.projectId, table: "hooks", rowId: hook.hookId },
    ...{ field, origin: "https://git.example", generation },
  });

  test("that was rotated counts at once, the old one only while both overlap", async () => {
    await fresh();
    const old = hook.secret;
    await receiveWebhook(call(hook, pushBody(site)));
    await db()
      .update(hooks)
      .set({
        secretGeneration: 2,
        secretSealed: await seal(db(), place(2, "secret"), new Secret("a new secret")),
        previousSecretSealed: await seal(db(), place(2, "previous_secret"), new Secret(old)),
        previousSecretUntil: new Date(Date.now() + 60_000),
      })
      .where(eq(hooks.id, hook.hookId));
    const status = async (secret: string) =>
      (await receiveWebhook(call({ ...hook, secret }, pushBody(site)))).status;
    expect(await status("a new secret")).toBe(202);
    expect(await status(old)).toBe(202);
    await db()
      .update(hooks)
      .set({ previousSecretUntil: new Date(0) })
      .where(eq(hooks.id, hook.hookId));
    expect(await status(old)).toBe(401);
    expect(await status("a new secret")).toBe(202);
  });

  test("of a deleted hook opens nothing from the next call on", async () => {
    await fresh();
    expect((await receiveWebhook(call(hook, pushBody(site)))).status).toBe(202);
    await db().delete(hooks).where(eq(hooks.id, hook.hookId));
    expect((await receiveWebhook(call(hook, pushBody(site)))).status).toBe(401);
  });

  test("that does not open answers 503, so that the host shows it, and is not guessed around", async () => {
    await fresh();
    const foreign = await seal(db(), place(9, "secret"), new Secret(hook.secret));
    await db().update(hooks).set({ secretSealed: foreign }).where(eq(hooks.id, hook.hookId));
    expect((await receiveWebhook(call(hook, pushBody(site)))).status).toBe(503);
  });
});

test("a provider that there is not, and an id that is none, are not found", async () => {
  await fresh();
  const one = call(hook, pushBody(site));
  expect((await receiveWebhook({ ...one, provider: "gitlab" })).status).toBe(404);
  expect((await receiveWebhook({ ...one, hookId: "hok_../../x" })).status).toBe(404);
});
