import { type ChildProcess, fork } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { eq, sql } from "drizzle-orm";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { credentials, db, integrations } from "@/db";
import type { FaultAction } from "@/e2e/forge/faults/fault";
import { withCredential } from "@/lib/credentials";
import type { ReadyInstance } from "@/lib/instances";
import { oauthOf } from "@/lib/providers";
import { bundleFile } from "@/lib/testing/bundle";
import type { Report } from "@/lib/testing/credential-user";
import { useTestDatabase } from "@/lib/testing/database";
import { addDesk, addInstance, connect, useForge } from "@/lib/testing/forge";
import { scaled } from "@/lib/testing/scale";

useTestDatabase();
const { forge } = useForge();
const CALLERS = scaled(30, 150);
const TOKENS = "/login/oauth/access_token";
let instance: ReadyInstance;
let folder = "";
let program = "";
const children = new Set<ChildProcess>();

beforeAll(async () => {
  folder = mkdtempSync(join(process.cwd(), ".test-refresh-"));
  program = await bundleFile("lib/testing/credential-user.ts", folder);
  instance = await addInstance(forge(), { type: "github_app" });
});
beforeEach(() => forge().admin.clearFaults());
afterEach(async () => {
  await Promise.all([...children].map(end));
  children.clear();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const end = (child: ChildProcess) =>
  new Promise<void>((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) return resolve();
    child.once("exit", () => resolve());
    child.kill("SIGKILL");
  });

/** A process of its own on the same database, ready to use a credential. */
async function another(): Promise<ChildProcess> {
  const child = fork(program, {
    env: { ...process.env, LOG_LEVEL: "silent" },
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  children.add(child);
  await new Promise((resolve) => child.once("message", resolve));
  return child;
}

const order = (child: ChildProcess, one: Ended, callers: number): Promise<Report> =>
  new Promise((resolve) => {
    child.once("message", (report: Report) => resolve(report));
    child.send({ projectId: one.projectId, integrationId: one.integrationId, callers });
  });

type Ended = { projectId: string; integrationId: string; login: string };

/** An account whose access token has ended, here and at the provider. */
async function ended(): Promise<Ended> {
  const login = `user-${randomBytes(4).toString("hex")}`;
  await forge().admin.createUser({ login });
  const desk = await addDesk();
  const integrationId = await connect(desk, instance, { login });
  for (const { token } of await forge().admin.tokens({ login })) await forge().admin.expireToken(token);
  await db()
    .update(credentials)
    .set({ accessExpiresAt: sql`now() - interval '1 second'` })
    .where(eq(credentials.integrationId, integrationId));
  await forge().admin.clearRequests();
  return { projectId: desk.projectId, integrationId, login };
}

const tokenCalls = async () => (await forge().admin.requests({ path: TOKENS })).length;
const onToken = (action: FaultAction) => forge().admin.fault({ match: { path: TOKENS }, action });
const rowOf = async ({ integrationId }: Ended) => {
  const [row] = await db().select().from(credentials).where(eq(credentials.integrationId, integrationId));
  return row;
};
const statusOf = async ({ integrationId }: Ended) => {
  const [row] = await db().select().from(integrations).where(eq(integrations.id, integrationId));
  return [row?.status, row?.statusReason];
};
const ask = ({ projectId, integrationId }: Ended) =>
  withCredential(
    {
      projectId,
      integrationId,
      purpose: "test",
      actor: { kind: "system", id: null, name: "t", address: null },
      record: false,
    },
    async (grant) => (await oauthOf("github").identify(grant)).account.login,
  );
const failure = (call: Promise<unknown>) =>
  call.then(
    () => "no failure",
    (error) => error,
  );
/** As if the time had passed that a dead process is waited for. */
const leaseOver = ({ integrationId }: Ended) =>
  db()
    .update(credentials)
    .set({ refreshLeaseUntil: sql`clock_timestamp()` })
    .where(eq(credentials.integrationId, integrationId));

describe("two processes on one database", () => {
  test(
    "with sixty callers cause one refresh, at a provider that rotates and detects reuse",
    async () => {
      for (let round = 0; round < scaled(1, 10); round += 1) {
        const one = await ended();
        const reuses = await forge().admin.refreshReuses();
        const both = await Promise.all([another(), another()]);
        const reports = await Promise.all(both.map((child) => order(child, one, CALLERS)));
        expect(reports).toEqual([{ [one.login]: CALLERS }, { [one.login]: CALLERS }]);
        expect(await tokenCalls()).toBe(1);
        expect(await forge().admin.refreshReuses()).toBe(reuses);
        expect((await rowOf(one))?.generation).toBe(2);
        expect(await forge().admin.tokens({ login: one.login, active: true })).toHaveLength(1);
      }
    },
    scaled(30_000, 300_000),
  );

  test("ask a provider once that fails, however many wait for it", async () => {
    const one = await ended();
    await onToken({ kind: "status", status: 503 });
    const both = await Promise.all([another(), another()]);
    await Promise.all(both.map((child) => order(child, one, CALLERS)));
    expect(await tokenCalls()).toBe(1);
    expect(await statusOf(one)).toEqual(["degraded", "unreachable"]);
  });
});

describe("a process that is killed", () => {
  async function killedWhen(one: Ended, isThere: () => Promise<boolean>): Promise<void> {
    const child = await another();
    void order(child, one, 3);
    await expect.poll(isThere, { timeout: 15_000, interval: 10 }).toBe(true);
    await end(child);
  }
  const isAtProvider = async () => (await forge().admin.faults()).some(({ met }) => met > 0);

  test("before the provider did anything loses nothing: the next one takes over once the lease is over", async () => {
    const one = await ended();
    await onToken({ kind: "delay", ms: 1500 });
    await onToken({ kind: "drop", when: "before" });
    await killedWhen(one, isAtProvider);
    expect(await rowOf(one)).toMatchObject({ generation: 1, refreshUnansweredAt: expect.any(Date) });
    const waiting = ask(one);
    await leaseOver(one);
    expect(await waiting).toBe(one.login);
    expect(await rowOf(one)).toMatchObject({ generation: 2, refreshUnansweredAt: null });
    expect(await statusOf(one)).toEqual(["active", null]);
  });

  test("while the provider answers is remembered: the next attempt ends as refresh_lost", async () => {
    const one = await ended();
    await onToken({ kind: "delay", ms: 1500, when: "after" });
    // The provider has traded the token, and its answer is on the way.
    await killedWhen(
      one,
      async () => (await forge().admin.tokens({ login: one.login, active: true })).length === 1,
    );
    await leaseOver(one);
    expect(await failure(ask(one))).toMatchObject({ code: "needs_reauthorization" });
    expect(await statusOf(one)).toEqual(["needs_reauthorization", "refresh_lost"]);
    await failure(ask(one));
    expect(await tokenCalls()).toBe(2);
  });

  test("after the provider's answer, before it was written, is remembered too", async () => {
    const one = await ended();
    await db().transaction(async (tx) => {
      // A lock that lets the use be counted (a foreign key), and stops only whoever writes the answer.
      await tx.select().from(integrations).where(eq(integrations.id, one.integrationId)).for("no key update");
      await killedWhen(one, async () => {
        const waiting = await db().execute(
          sql`select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
        );
        return waiting.rows.length > 0;
      });
    });
    expect((await rowOf(one))?.generation).toBe(1);
    await leaseOver(one);
    await failure(ask(one));
    expect(await statusOf(one)).toEqual(["needs_reauthorization", "refresh_lost"]);
  });
});
