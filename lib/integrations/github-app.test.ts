import { randomBytes } from "node:crypto";
import { eq, sql } from "drizzle-orm";
import { beforeAll, expect, test } from "vitest";
import { credentials, db, integrations, providerInstances } from "@/db";
import { transition } from "@/lib/credentials/status";
import type { ReadyInstance } from "@/lib/instances";
import {
  getIntegration,
  listIncidents,
  listIntegrations,
  removeIntegration,
  runDueChecks,
  runDueCleanups,
} from "@/lib/integrations";
import { searchRepositories } from "@/lib/sources";
import { addBoundApp } from "@/lib/testing/bound-app";
import { useTestDatabase } from "@/lib/testing/database";
import { addDesk, addInstance, connect, type Desk, useForge } from "@/lib/testing/forge";

useTestDatabase();
const { forge } = useForge();
const never = new AbortController().signal;
let app: ReadyInstance;

beforeAll(async () => {
  app = await addInstance(forge(), { type: "github_app" });
});

type One = { desk: Desk; login: string; projectId: string; integrationId: string };

/** An account whose app is installed on `inside` and not on `outside`. */
async function connected(): Promise<One> {
  const login = `user-${randomBytes(4).toString("hex")}`;
  await forge().admin.createUser({ login });
  for (const name of ["inside", "outside"]) {
    await forge().admin.createRepository({ owner: login, name, private: true });
  }
  await forge().admin.installApp(app.clientId, login, [`${login}/inside`]);
  const desk = await addDesk();
  const integrationId = await connect(desk, app, { login });
  return { desk, login, projectId: desk.projectId, integrationId };
}

const statusOf = async ({ integrationId }: One) => {
  const [row] = await db().select().from(integrations).where(eq(integrations.id, integrationId));
  return [row?.status, row?.statusReason];
};
async function look({ integrationId }: One): Promise<void> {
  await db().update(integrations).set({ checkAt: sql`now()` }).where(eq(integrations.id, integrationId));
  await runDueChecks(never);
}

test("what its installations permit is read soon after it was connected, and shown instead of scopes", async () => {
  const one = await connected();
  await runDueChecks(never);
  const { details } = await getIntegration(one.desk.ctx, one.integrationId);
  expect(details?.permissions).toMatchObject([
    { permission: "contents", held: "read", isEnough: true },
    { permission: "metadata", held: "read", isEnough: true },
    { permission: "repository_hooks", held: "write", isEnough: true },
  ]);
  expect(details?.scopes).toEqual([]);
  expect(details?.installations).toMatchObject([{ account: one.login, repositories: "selected" }]);
  expect(await listIntegrations(one.desk.ctx)).toMatchObject([{ isRenewed: true, isExpiring: false }]);
});

test("the search finds the repositories that the app is installed on, and no others", async () => {
  const one = await connected();
  const found = await searchRepositories(one.desk.ctx, { integrationId: one.integrationId, query: "side" });
  expect(found.items.map(({ fullName }) => fullName)).toEqual([`${one.login}/inside`]);
});

test("with less than it needs it is scopes_reduced", async () => {
  const one = await connected();
  await look(one);
  expect(await statusOf(one)).toEqual(["active", null]);
  await forge().admin.setClientPermissions(app.clientId, { metadata: "read" });
  await look(one);
  expect(await statusOf(one)).toEqual(["needs_reauthorization", "scopes_reduced"]);
  await forge().admin.setClientPermissions(app.clientId, null);
});

test("while it is paused it is not refreshed for use, and kept alive all the same", async () => {
  const one = await connected();
  await runDueChecks(never);
  await db().transaction((tx) => transition(tx, one, { kind: "paused" }));
  await forge().admin.clearRequests();
  await look(one);
  expect(await forge().admin.requests({})).toEqual([]);
  const halfway = {
    issuedAt: sql`now() - interval '200 days'`,
    accessExpiresAt: sql`now() - interval '199 days'`,
  };
  await db().update(credentials).set(halfway).where(eq(credentials.integrationId, one.integrationId));
  await look(one);
  expect(await statusOf(one)).toEqual(["paused", null]);
  const calls = await forge().admin.requests({});
  expect(calls.map(({ path }) => path)).toEqual(["/login/oauth/access_token"]);
  const [row] = await db().select().from(credentials).where(eq(credentials.integrationId, one.integrationId));
  expect(row?.generation).toBe(2);
});

const endAccess = ({ integrationId }: One) =>
  db()
    .update(credentials)
    .set({ issuedAt: sql`now() - interval '9 hours'`, accessExpiresAt: sql`now() - interval '1 hour'` })
    .where(eq(credentials.integrationId, integrationId));
const isDisabled = (disabledAt: Date | null) =>
  db().update(providerInstances).set({ disabledAt }).where(eq(providerInstances.id, app.id));

test("what its installations permit is not asked for again and again while nothing can be asked", async () => {
  const one = await connected();
  await endAccess(one);
  await isDisabled(new Date());
  await look(one);
  const [row] = await db().select().from(integrations).where(eq(integrations.id, one.integrationId));
  await isDisabled(null);
  expect(row?.checkAt?.getTime()).toBeGreaterThan(Date.now() + 30_000);
});

test("one that was suspended for longer than its token lives works again by itself", async () => {
  const one = await connected();
  await look(one);
  await forge().admin.suspendUser(one.login);
  await look(one);
  expect(await statusOf(one)).toEqual(["needs_reauthorization", "suspended"]);
  await endAccess(one);
  await forge().admin.suspendUser(one.login, false);
  await look(one);
  expect(await statusOf(one)).toEqual(["active", null]);
});

async function suspended(): Promise<One> {
  const one = await connected();
  await look(one);
  await forge().admin.suspendUser(one.login);
  await look(one);
  expect(await statusOf(one)).toEqual(["needs_reauthorization", "suspended"]);
  return one;
}

test("one whose refresh token is refused while it is suspended stays so, as long as that may be the reason", async () => {
  const one = await suspended();
  await endAccess(one);
  await look(one);
  expect(await statusOf(one)).toEqual(["needs_reauthorization", "suspended"]);
  await forge().admin.suspendUser(one.login, false);
  await look(one);
  expect(await statusOf(one)).toEqual(["active", null]);
});

test("one whose refresh token ends while it is suspended has expired, and is not asked about any more", async () => {
  const one = await suspended();
  await endAccess(one);
  const mine = eq(credentials.integrationId, one.integrationId);
  await db().update(credentials).set({ refreshExpiresAt: sql`now() - interval '1 minute'` }).where(mine);
  await look(one);
  expect(await statusOf(one)).toEqual(["needs_reauthorization", "expired"]);
  expect(await listIncidents(one.desk.ctx)).toMatchObject([
    { sentence: expect.stringMatching(/^The access that .* gave has ended\./) },
  ]);
  const [row] = await db().select().from(integrations).where(eq(integrations.id, one.integrationId));
  expect(row?.checkAt).toBeNull();
});

const WAYS: [string, (one: One) => Promise<void>][] = [
  ["is refused before its time", async () => {}],
  [
    "has ended, and the provider told of a revocation",
    async (one: One) => {
      await endAccess(one);
      const reported = { revocationReportedAt: sql`now()` };
      await db().update(integrations).set(reported).where(eq(integrations.id, one.integrationId));
    },
  ],
];

test.each(WAYS)(
  "one that was revoked while it was suspended is revoked: its token %s",
  async (_, meanwhile) => {
    const one = await suspended();
    await forge().admin.revokeGrant(one.login, app.clientId);
    await forge().admin.suspendUser(one.login, false);
    await meanwhile(one);
    await look(one);
    expect(await statusOf(one)).toEqual(["needs_reauthorization", "revoked"]);
  },
);

test("a report of a revocation does not keep a suspended one from being looked at", async () => {
  const one = await connected();
  await look(one);
  await forge().admin.suspendUser(one.login);
  await look(one);
  const reported = { revocationReportedAt: sql`now()` };
  await db().update(integrations).set(reported).where(eq(integrations.id, one.integrationId));
  await forge().admin.suspendUser(one.login, false);
  await look(one);
  expect(await statusOf(one)).toEqual(["active", null]);
});

test("a warning of its end is over once it was re-authorized, also while it is paused", async () => {
  const one = await connected();
  await db().transaction((tx) => transition(tx, one, { kind: "paused" }));
  const pausedBy = one.desk.person.id;
  await db().update(integrations).set({ pausedBy }).where(eq(integrations.id, one.integrationId));
  await db()
    .update(credentials)
    .set({ refreshExpiresAt: sql`now() + interval '5 days'`, refreshProlongs: false })
    .where(eq(credentials.integrationId, one.integrationId));
  await look(one);
  expect(await listIncidents(one.desk.ctx)).toMatchObject([{ kind: "expiring", days: 7 }]);
  await connect(one.desk, app, { login: one.login, integrationId: one.integrationId });
  expect(await statusOf(one)).toEqual(["paused", null]);
  expect(await listIncidents(one.desk.ctx)).toEqual([]);
});

test("is taken back whole although its token has ended while it was paused: webhooks too", async () => {
  const one = await connected();
  const repository = `${one.login}/inside`;
  await addBoundApp(one.desk, { integrationId: one.integrationId, repository });
  expect(await forge().admin.hooks(repository)).toHaveLength(1);
  await db().transaction((tx) => transition(tx, one, { kind: "paused" }));
  await endAccess(one);
  const [token] = await forge().admin.tokens({ login: one.login });
  await forge().admin.expireToken(token?.id ?? 0);
  await removeIntegration(one.desk.ctx, { integrationId: one.integrationId, confirmName: one.login });
  await runDueCleanups(never);
  expect(await forge().admin.hooks(repository)).toEqual([]);
  expect(await forge().admin.tokens({ login: one.login, active: true })).toEqual([]);
});
