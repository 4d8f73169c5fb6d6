import { eq, sql } from "drizzle-orm";
import { beforeAll, describe, expect, test } from "vitest";
import {
  auditEvents,
  cleanups,
  credentials,
  db,
  hooks,
  integrations,
  members,
  pendingGrants,
  providerInstances,
  sessions,
} from "@/db";
import type { ReadyInstance } from "@/lib/instances";
import {
  confirmAuthorization,
  discardAuthorization,
  getIntegration,
  getPendingGrant,
  pauseIntegration,
  removeIntegration,
  resumeIntegration,
  runDueCleanups,
  runDueGrants,
} from "@/lib/integrations";
import { runDueHookChecks } from "@/lib/sources";
import { addBoundApp } from "@/lib/testing/bound-app";
import { useTestDatabase } from "@/lib/testing/database";
import {
  addDesk,
  addInstance,
  arrive,
  type Consent,
  connect,
  type Desk,
  handshake,
  openDesk,
  useForge,
} from "@/lib/testing/forge";
import { losingRole } from "@/lib/testing/locks";
import { addMember, addUser } from "@/lib/testing/people";

useTestDatabase();
const { forge } = useForge();
let instance: ReadyInstance;
let made = 0;

beforeAll(async () => {
  instance = await addInstance(forge());
});

const forever = () => new AbortController().signal;
const liveTokens = async (login: string) =>
  (await forge().admin.tokens({ login, active: true })).map(({ token }) => token);
const rowOf = async (id: string) =>
  (await db().select().from(integrations).where(eq(integrations.id, id)))[0];
const generationOf = async (id: string) =>
  (await db().select().from(credentials).where(eq(credentials.integrationId, id)))[0]?.generation;
const waiting = (integrationId: string) =>
  db().select().from(pendingGrants).where(eq(pendingGrants.integrationId, integrationId));
const events = async (id: string) =>
  (await db().select().from(auditEvents).where(eq(auditEvents.subjectId, id))).map(({ event }) => event);

async function addAccount(): Promise<string> {
  made += 1;
  const login = `person-${made}`;
  await forge().admin.createUser({ login });
  return login;
}

/** A private repository of an organization that the account belongs to, followed by an app, with its hook registered. */
async function addFollowed(desk: Desk, integrationId: string, login: string) {
  made += 1;
  const organization = `org-${made}`;
  const { admin } = forge();
  await admin.createOrg({ login: organization });
  await admin.addMember(organization, login, "admin");
  const { fullName } = await admin.createRepository({ owner: organization, name: "shop", private: true });
  const app = await addBoundApp(desk, { integrationId, repository: fullName });
  return { ...app, organization, fullName };
}

const authorize = async (desk: Desk, by: Consent & { integrationId?: string; isReplacement?: boolean }) =>
  arrive(desk, await handshake(desk, instance, by), instance.id);

/** A project whose integration's account can no longer see the repository that an app follows. */
async function losing(of?: Desk) {
  const desk = of ?? (await addDesk());
  const login = await addAccount();
  const integrationId = await connect(desk, instance, { login });
  const followed = await addFollowed(desk, integrationId, login);
  await forge().admin.removeMember(followed.organization, login);
  return { desk, login, integrationId, ...followed };
}

/** The same with a new grant that waits. */
async function waitingGrant(desk?: Desk) {
  const site = await losing(desk);
  const answer = await authorize(site.desk, { login: site.login, integrationId: site.integrationId });
  if (!answer.grant) throw new Error(`no grant waits: ${JSON.stringify(answer)}`);
  return { ...site, grantId: answer.grant };
}

describe("re-authorizing", () => {
  test("where nothing would break, the new token is in place without another click", async () => {
    const desk = await addDesk();
    const login = await addAccount();
    const integrationId = await connect(desk, instance, { login });
    const { repositoryId } = await addFollowed(desk, integrationId, login);
    const [old] = await liveTokens(login);
    const hookBefore = await db().select().from(hooks).where(eq(hooks.repositoryId, repositoryId));
    expect(await authorize(desk, { login, integrationId })).toEqual({ integrationId, again: "1" });
    expect(await generationOf(integrationId)).toBe(2);
    expect(await waiting(integrationId)).toEqual([]);
    const hookAfter = await db().select().from(hooks).where(eq(hooks.repositoryId, repositoryId));
    expect(hookAfter.map(({ id, externalId }) => [id, externalId])).toEqual(
      hookBefore.map(({ id, externalId }) => [id, externalId]),
    );
    await runDueCleanups(forever());
    expect(await liveTokens(login)).toHaveLength(1);
    expect(await liveTokens(login)).not.toContain(old);
    expect(await events(integrationId)).toContain("integration.reauthorized");
  });

  test("a repository that would be lost is listed with its apps, and nothing changes before the person confirms", async () => {
    const { desk, login, integrationId, grantId, fullName, appId, repositoryId } = await waitingGrant();
    expect(await generationOf(integrationId)).toBe(1);
    expect(await liveTokens(login)).toHaveLength(2);
    const grant = await getPendingGrant(desk.ctx, { integrationId, grantId });
    expect(grant).toMatchObject({
      account: login,
      replaced: null,
      lost: [{ id: repositoryId, name: fullName, apps: [{ id: appId }] }],
      kept: [],
    });
    const stored = JSON.stringify(await waiting(integrationId));
    for (const token of await liveTokens(login)) expect(stored).not.toContain(token);
    await confirmAuthorization(desk.ctx, { grantId });
    expect(await generationOf(integrationId)).toBe(2);
    await runDueCleanups(forever());
    expect(await liveTokens(login)).toHaveLength(1);
  });

  test("a webhook that could no longer be managed is listed; one that nobody could manage before is no loss", async () => {
    const desk = await addDesk();
    const login = await addAccount();
    const integrationId = await connect(desk, instance, { login });
    const { organization, fullName, repositoryId } = await addFollowed(desk, integrationId, login);
    await forge().admin.removeMember(organization, login);
    await forge().admin.addCollaborator(fullName, login, "read");
    const first = await authorize(desk, { login, integrationId });
    const grant = await getPendingGrant(desk.ctx, { integrationId, grantId: first.grant ?? "" });
    expect(grant).toMatchObject({ lost: [], unkept: [{ name: fullName }] });
    await db().update(hooks).set({ status: "refused" }).where(eq(hooks.repositoryId, repositoryId));
    expect(await authorize(desk, { login, integrationId })).toMatchObject({ again: "1" });
  });

  test("what the provider does not answer in time is said to be unchecked, and the person is asked", async () => {
    const desk = await addDesk();
    const login = await addAccount();
    const integrationId = await connect(desk, instance, { login });
    await addFollowed(desk, integrationId, login);
    const { fullName } = await addFollowed(desk, integrationId, login);
    const { id } = await forge().admin.repository(fullName);
    const match = { path: `/api/v3/repositories/${id}` };
    await forge().admin.fault({ match, action: { kind: "status", status: 502 } });
    const { grant: grantId = "" } = await authorize(desk, { login, integrationId });
    const grant = await getPendingGrant(desk.ctx, { integrationId, grantId });
    expect(grant).toMatchObject({ lost: [], unknown: [{ name: fullName }] });
    expect(grant?.kept).toHaveLength(1);
  });

  test("a provider that takes its time is waited for ten seconds, not longer", async () => {
    const desk = await addDesk();
    const login = await addAccount();
    const integrationId = await connect(desk, instance, { login });
    const { fullName } = await addFollowed(desk, integrationId, login);
    const { id } = await forge().admin.repository(fullName);
    const match = { path: `/api/v3/repositories/${id}` };
    await forge().admin.fault({ match, action: { kind: "delay", ms: 13_000 } });
    const began = Date.now();
    const { grant: grantId = "" } = await authorize(desk, { login, integrationId });
    expect(Date.now() - began).toBeLessThan(12_500);
    const grant = await getPendingGrant(desk.ctx, { integrationId, grantId });
    expect(grant).toMatchObject({ unknown: [{ name: fullName }] });
  }, 30_000);

  test("who loses the role while the repositories are tried changes nothing", async () => {
    const desk = await addDesk("admin");
    const login = await addAccount();
    const integrationId = await connect(desk, instance, { login });
    const { fullName } = await addFollowed(desk, integrationId, login);
    const { id } = await forge().admin.repository(fullName);
    const match = { path: `/api/v3/repositories/${id}` };
    await forge().admin.fault({ match, action: { kind: "delay", ms: 3000 } });
    const answer = authorize(desk, { login, integrationId });
    await expect.poll(async () => (await waiting(integrationId)).length, { timeout: 15_000 }).toBe(1);
    await db().update(members).set({ role: "member" }).where(eq(members.userId, desk.person.id));
    expect(await answer).toMatchObject({ failed: "role" });
    expect(await waiting(integrationId)).toEqual([]);
    expect(await generationOf(integrationId)).toBe(1);
    await runDueCleanups(forever());
    expect(await liveTokens(login)).toHaveLength(1);
  });

  test("a token that is revoked while it is tried replaces nothing", async () => {
    const desk = await addDesk();
    const login = await addAccount();
    const integrationId = await connect(desk, instance, { login });
    const { fullName } = await addFollowed(desk, integrationId, login);
    const { id } = await forge().admin.repository(fullName);
    const match = { path: `/api/v3/repositories/${id}` };
    await forge().admin.fault({ match, action: { kind: "revoke_token" } });
    expect(await authorize(desk, { login, integrationId })).toMatchObject({ failed: "code" });
    expect(await waiting(integrationId)).toEqual([]);
    expect(await generationOf(integrationId)).toBe(1);
  });

  test("one that is paused stays paused, also when its token had died meanwhile", async () => {
    const desk = await addDesk();
    const login = await addAccount();
    const integrationId = await connect(desk, instance, { login });
    await pauseIntegration(desk.ctx, { integrationId });
    expect(await authorize(desk, { login, integrationId })).toMatchObject({ again: "1" });
    expect(await rowOf(integrationId)).toMatchObject({ status: "paused" });
    await db()
      .update(integrations)
      .set({ status: "needs_reauthorization", statusReason: "revoked" })
      .where(eq(integrations.id, integrationId));
    expect(await authorize(desk, { login, integrationId })).toMatchObject({ again: "1" });
    expect(await rowOf(integrationId)).toMatchObject({ status: "paused", statusReason: null });
    await resumeIntegration(desk.ctx, { integrationId });
    expect(await rowOf(integrationId)).toMatchObject({ status: "active" });
  });

  test("every repository that apps follow is tried, however many, and once for all its apps", async () => {
    const desk = await addDesk();
    const login = await addAccount();
    const integrationId = await connect(desk, instance, { login });
    const names: string[] = [];
    for (let i = 0; i < 12; i++) names.push((await addFollowed(desk, integrationId, login)).fullName);
    for (const repository of names.slice(0, 3)) await addBoundApp(desk, { integrationId, repository });
    await forge().admin.clearRequests();
    expect(await authorize(desk, { login, integrationId })).toMatchObject({ again: "1" });
    const calls = await forge().admin.requests({ method: "GET" });
    const tried = calls.filter(({ path }) => /^\/api\/v3\/repositories\/\d+$/.test(path));
    expect(tried).toHaveLength(12);
    expect(new Set(tried.map(({ path }) => path)).size).toBe(12);
  });
});

describe("a grant that waits", () => {
  test("is its person's, in the session that asked for it: nobody else can confirm, see or discard it", async () => {
    const { desk, integrationId, grantId } = await waitingGrant();
    const colleague = await addUser();
    await addMember(desk.projectId, colleague, "owner");
    const theirs = await openDesk(desk.projectId, colleague);
    const elsewhere = await openDesk(desk.projectId, desk.person);
    const foreign = await addDesk();
    for (const { ctx } of [theirs, elsewhere, foreign]) {
      await expect(confirmAuthorization(ctx, { grantId })).rejects.toMatchObject({ code: "conflict" });
      await expect(discardAuthorization(ctx, { grantId })).rejects.toMatchObject({ code: "conflict" });
      expect(await getPendingGrant(ctx, { integrationId, grantId })).toBeNull();
    }
    expect(await generationOf(integrationId)).toBe(1);
    expect(await confirmAuthorization(desk.ctx, { grantId })).toMatchObject({ integrationId });
  });

  test("is confirmed once by twenty clicks at the same time", async () => {
    const { desk, integrationId, grantId } = await waitingGrant();
    const clicks = await Promise.allSettled(
      Array.from({ length: 20 }, () => confirmAuthorization(desk.ctx, { grantId })),
    );
    expect(clicks.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    expect(await generationOf(integrationId)).toBe(2);
    const recorded = (await events(integrationId)).filter((event) => event === "integration.reauthorized");
    expect(recorded).toHaveLength(1);
  });

  test("is not confirmed by who lost the role meanwhile", async () => {
    const { desk, integrationId, grantId } = await waitingGrant();
    await db().update(members).set({ role: "viewer" }).where(eq(members.userId, desk.person.id));
    const now = await openDesk(desk.projectId, desk.person);
    await expect(confirmAuthorization(now.ctx, { grantId })).rejects.toMatchObject({ code: "forbidden" });
    expect(await generationOf(integrationId)).toBe(1);
  });

  test("is not confirmed by whose role is being taken away at that moment", async () => {
    const { desk, integrationId, grantId } = await waitingGrant();
    const confirmation = losingRole(desk, () => confirmAuthorization(desk.ctx, { grantId }));
    await expect(confirmation).rejects.toMatchObject({ code: "forbidden" });
    expect(await generationOf(integrationId)).toBe(1);
  });

  test("ends with its session: it cannot be confirmed, and its token is revoked", async () => {
    const { desk, login, integrationId, grantId } = await waitingGrant();
    await db().update(sessions).set({ revokedAt: sql`now()` }).where(eq(sessions.id, desk.session.sessionId));
    await expect(confirmAuthorization(desk.ctx, { grantId })).rejects.toMatchObject({ code: "conflict" });
    expect(await generationOf(integrationId)).toBe(1);
    await runDueGrants(forever());
    expect(await waiting(integrationId)).toEqual([]);
    await runDueCleanups(forever());
    expect(await liveTokens(login)).toHaveLength(1);
  });

  test("ends after ten minutes: it is erased and its token revoked, also when the process that tried it was killed", async () => {
    const { desk, login, integrationId, grantId } = await waitingGrant();
    const [row] = await waiting(integrationId);
    const seconds = ((row?.expiresAt.getTime() ?? 0) - (row?.createdAt.getTime() ?? 0)) / 1000;
    expect(Math.round(seconds)).toBe(600);
    await runDueGrants(forever());
    expect(await waiting(integrationId)).toHaveLength(1);
    const change = (values: Partial<typeof pendingGrants.$inferInsert>) =>
      db().update(pendingGrants).set(values).where(eq(pendingGrants.id, grantId));
    // As it lies there when the process died in the middle of the trial.
    await change({ checks: null });
    await expect(confirmAuthorization(desk.ctx, { grantId })).rejects.toThrow(/being tried/);
    await change({ checks: row?.checks ?? null, expiresAt: new Date(Date.now() - 1000) });
    await expect(confirmAuthorization(desk.ctx, { grantId })).rejects.toThrow(/older than ten minutes/);
    expect(await generationOf(integrationId)).toBe(1);
    await change({ checks: null });
    await runDueGrants(forever());
    expect(await waiting(integrationId)).toEqual([]);
    await runDueCleanups(forever());
    expect(await liveTokens(login)).toHaveLength(1);
    expect(await events(integrationId)).toContain("authorization.expired");
  });

  test("of an instance that was disabled meanwhile is not put in place", async () => {
    const { desk, integrationId, grantId } = await waitingGrant();
    const disabled = (at: Date | null) =>
      db().update(providerInstances).set({ disabledAt: at }).where(eq(providerInstances.id, instance.id));
    await disabled(new Date());
    await expect(confirmAuthorization(desk.ctx, { grantId })).rejects.toThrow(/instance admin/);
    await disabled(null);
    expect(await generationOf(integrationId)).toBe(1);
  });

  test("that is discarded changes nothing, and its token alone is revoked", async () => {
    const { desk, login, integrationId, grantId } = await waitingGrant();
    const [old] = await liveTokens(login);
    expect(await discardAuthorization(desk.ctx, { grantId })).toEqual({ integrationId });
    await expect(confirmAuthorization(desk.ctx, { grantId })).rejects.toMatchObject({ code: "conflict" });
    await runDueCleanups(forever());
    expect(await liveTokens(login)).toEqual([old]);
    expect(await generationOf(integrationId)).toBe(1);
  });

  test("is superseded by the next one for the same integration", async () => {
    const { desk, login, integrationId, grantId } = await waitingGrant();
    const next = await authorize(desk, { login, integrationId });
    expect(next.grant).not.toBe(grantId);
    await expect(confirmAuthorization(desk.ctx, { grantId })).rejects.toMatchObject({ code: "conflict" });
    await runDueCleanups(forever());
    expect(await liveTokens(login)).toHaveLength(2);
    await confirmAuthorization(desk.ctx, { grantId: next.grant ?? "" });
    await runDueCleanups(forever());
    expect(await liveTokens(login)).toHaveLength(1);
  });

  test("comes too late for an integration that was removed meanwhile, and leaves no token", async () => {
    const { desk, login, integrationId, grantId } = await waitingGrant();
    await removeIntegration(desk.ctx, { integrationId, confirmName: login });
    await expect(confirmAuthorization(desk.ctx, { grantId })).rejects.toThrow(/removed meanwhile/);
    await runDueCleanups(forever());
    expect(await liveTokens(login)).toEqual([]);
  });

  test("of an integration that was removed is erased without anybody coming back", async () => {
    const { desk, login, integrationId } = await waitingGrant();
    await removeIntegration(desk.ctx, { integrationId, confirmName: login });
    await runDueGrants(forever());
    await runDueCleanups(forever());
    expect(await waiting(integrationId)).toEqual([]);
    expect(await liveTokens(login)).toEqual([]);
  });

  test("opens in its own row alone", async () => {
    const one = await waitingGrant();
    const other = await waitingGrant(one.desk);
    const [row] = await waiting(one.integrationId);
    await db()
      .update(pendingGrants)
      .set({ accessTokenSealed: row?.accessTokenSealed ?? "" })
      .where(eq(pendingGrants.id, other.grantId));
    await expect(confirmAuthorization(other.desk.ctx, { grantId: other.grantId })).rejects.toThrow();
    expect(await generationOf(other.integrationId)).toBe(1);
  });

  test("that a callback is replayed for twenty times at once waits once", async () => {
    const { desk, login, integrationId } = await losing();
    const back = await handshake(desk, instance, { login, integrationId });
    const answers = await Promise.all(Array.from({ length: 20 }, () => arrive(desk, back, instance.id)));
    expect(answers.filter(({ grant }) => grant)).toHaveLength(1);
    expect(answers.filter(({ failed }) => failed === "state")).toHaveLength(19);
    expect(await waiting(integrationId)).toHaveLength(1);
  });

  test("never comes to be for a session that was ended while its person was at the provider", async () => {
    const { desk, login, integrationId } = await losing();
    const back = await handshake(desk, instance, { login, integrationId });
    await db().update(sessions).set({ revokedAt: sql`now()` }).where(eq(sessions.id, desk.session.sessionId));
    const issued = await forge().admin.tokens({ login });
    expect(await arrive(desk, back, instance.id)).toMatchObject({ failed: "signed_out" });
    expect(await waiting(integrationId)).toEqual([]);
    // Its code was not even traded.
    expect(await forge().admin.tokens({ login })).toHaveLength(issued.length);
  });
});

describe("another account", () => {
  test("takes the place of the one that is there only when the person says so; identity, apps and hooks stay", async () => {
    const desk = await addDesk();
    const [leaver, heir] = [await addAccount(), await addAccount()];
    const integrationId = await connect(desk, instance, { login: leaver });
    const { organization, repositoryId, fullName, appId } = await addFollowed(desk, integrationId, leaver);
    await forge().admin.addMember(organization, heir, "admin");
    const [hookBefore] = await forge().admin.hooks(fullName);
    const { grant: grantId = "" } = await authorize(desk, {
      login: heir,
      integrationId,
      isReplacement: true,
    });
    const before = await rowOf(integrationId);
    const grant = await getPendingGrant(desk.ctx, { integrationId, grantId });
    expect(grant).toMatchObject({
      account: heir,
      replaced: { id: before?.accountId, account: leaver },
      lost: [],
      kept: [{ name: fullName }],
    });
    await expect(confirmAuthorization(desk.ctx, { grantId })).rejects.toThrow(
      `${heir} would take the place of ${leaver}`,
    );
    const replaces = grant?.replaced?.id;
    expect(await confirmAuthorization(desk.ctx, { grantId, replaces })).toEqual({
      integrationId,
      isReplacement: true,
    });
    expect(await rowOf(integrationId)).toMatchObject({
      id: integrationId,
      accountLogin: heir,
      status: "active",
    });
    expect((await getIntegration(desk.ctx, integrationId)).apps).toMatchObject([{ id: appId }]);
    expect(await events(integrationId)).toContain("integration.account_replaced");
    await runDueCleanups(forever());
    expect(await liveTokens(leaver)).toEqual([]);
    expect(await liveTokens(heir)).toHaveLength(1);

    // The hook that the old account made is valid, and the new one mends it.
    await forge().admin.removeMember(organization, leaver);
    await forge().admin.disableHook(hookBefore?.id ?? 0);
    await runDueHookChecks(forever());
    const hooksAfter = await forge().admin.hooks(fullName);
    expect(hooksAfter).toMatchObject([{ id: hookBefore?.id, active: true }]);
    const [row] = await db().select().from(hooks).where(eq(hooks.repositoryId, repositoryId));
    expect(row).toMatchObject({ externalId: String(hookBefore?.id), integrationId });
  });

  test("that came back from Re-authorize asks as well", async () => {
    const desk = await addDesk();
    const [login, other] = [await addAccount(), await addAccount()];
    const integrationId = await connect(desk, instance, { login });
    const { grant: grantId = "" } = await authorize(desk, { login: other, integrationId });
    await expect(confirmAuthorization(desk.ctx, { grantId })).rejects.toMatchObject({ code: "conflict" });
    expect(await rowOf(integrationId)).toMatchObject({ accountLogin: login });
  });

  test("that this project has connected already is refused, and no token of it stays", async () => {
    const desk = await addDesk();
    const [login, other] = [await addAccount(), await addAccount()];
    const integrationId = await connect(desk, instance, { login });
    await connect(desk, instance, { login: other });
    expect(await authorize(desk, { login: other, integrationId, isReplacement: true })).toMatchObject({
      failed: "account_taken",
    });
    expect(await liveTokens(other)).toHaveLength(1);
    expect(await waiting(integrationId)).toEqual([]);
  });

  test("that was connected by itself while its grant waited is refused at the confirmation", async () => {
    const desk = await addDesk();
    const [login, other] = [await addAccount(), await addAccount()];
    const integrationId = await connect(desk, instance, { login });
    const { grant: grantId = "" } = await authorize(desk, {
      login: other,
      integrationId,
      isReplacement: true,
    });
    await connect(desk, instance, { login: other });
    const replaces = (await rowOf(integrationId))?.accountId;
    await expect(confirmAuthorization(desk.ctx, { grantId, replaces })).rejects.toThrow(
      /an integration of its own/,
    );
    await runDueCleanups(forever());
    expect(await liveTokens(other)).toHaveLength(1);
  });

  test("the same one chosen again in a replacement waits for the person's word", async () => {
    const desk = await addDesk();
    const login = await addAccount();
    const integrationId = await connect(desk, instance, { login });
    const { grant: grantId = "" } = await authorize(desk, { login, integrationId, isReplacement: true });
    const grant = await getPendingGrant(desk.ctx, { integrationId, grantId });
    expect(grant).toMatchObject({ replaced: null, isSameAgain: true });
    await confirmAuthorization(desk.ctx, { grantId });
    expect(await generationOf(integrationId)).toBe(2);
  });
});

describe("tokens of an account", () => {
  test("that wait or have yet to be revoked count towards the provider's limit, until they are gone", async () => {
    const { desk, login, integrationId } = await losing();
    for (let i = 0; i < 6; i++) await connect(await addDesk(), instance, { login });
    const { grant: grantId = "", ...notes } = await authorize(desk, { login, integrationId });
    expect(notes.tokens).toBeUndefined();
    const eighth = await authorize(await addDesk(), { login });
    expect(eighth).toMatchObject({ tokens: "9" });
    await discardAuthorization(desk.ctx, { grantId });
    expect(await authorize(await addDesk(), { login })).toMatchObject({ failed: "too_many_tokens" });
    await runDueCleanups(forever());
    expect(await authorize(await addDesk(), { login })).toMatchObject({ tokens: "9" });
    expect(await liveTokens(login)).toHaveLength(9);
    const unfinished = await db()
      .select()
      .from(cleanups)
      .where(sql`${cleanups.finishedAt} is null and ${cleanups.kind} = 'revoke_token'`);
    expect(unfinished).toEqual([]);
  });

  test("are counted for each scope set, as the provider keeps them", async () => {
    const login = await addAccount();
    for (let i = 0; i < 9; i++) await connect(await addDesk(), instance, { login });
    const desk = await addDesk();
    expect(await authorize(desk, { login })).toMatchObject({ failed: "too_many_tokens" });
    expect(await connect(desk, instance, { login, access: "public" })).toMatch(/^int_/);
    expect(await liveTokens(login)).toHaveLength(10);
  });
});
