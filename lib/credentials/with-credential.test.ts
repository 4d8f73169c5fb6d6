import { randomBytes } from "node:crypto";
import { eq } from "drizzle-orm";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { auditEvents, credentials, db, integrations } from "@/db";
import { CredentialUnavailable, type Use, withCredential } from "@/lib/credentials";
import type { ReadyInstance } from "@/lib/instances";
import { redactText } from "@/lib/log";
import { type Grant, oauthOf, ProviderUnavailable, tokenOf } from "@/lib/providers";
import { useTestDatabase } from "@/lib/testing/database";
import { addDesk, addInstance, connect, type Desk, useForge } from "@/lib/testing/forge";

useTestDatabase();
const { forge } = useForge();
let instance: ReadyInstance;

beforeAll(async () => {
  instance = await addInstance(forge());
});
beforeEach(() => forge().admin.clearFaults());

async function connected(): Promise<{ desk: Desk; login: string; use: Use }> {
  const login = `user-${randomBytes(3).toString("hex")}`;
  await forge().admin.createUser({ login });
  const desk = await addDesk();
  const integrationId = await connect(desk, instance, { login });
  const use = {
    projectId: desk.projectId,
    integrationId,
    purpose: "test",
    actor: desk.ctx.actor,
    record: false,
  };
  return { desk, login, use };
}

const identify = (grant: Grant) => oauthOf("github").identify(grant);
const statusOf = async ({ integrationId }: Use) => {
  const [row] = await db().select().from(integrations).where(eq(integrations.id, integrationId));
  return [row?.status, row?.statusReason];
};
const failure = (call: Promise<unknown>) =>
  call.then(
    () => "no failure",
    (error) => error,
  );

describe("using a credential", () => {
  test("gives the token for the time of the call, and the log no longer shows it", async () => {
    const { login, use } = await connected();
    const identity = await withCredential(use, async (grant) => {
      expect(redactText(`remote said ${tokenOf(grant).reveal()}`)).not.toContain(tokenOf(grant).reveal());
      return await identify(grant);
    });
    expect(identity.account.login).toBe(login);
    const [row] = await db().select().from(integrations).where(eq(integrations.id, use.integrationId));
    expect(row?.lastUsedAt).toBeInstanceOf(Date);
  });

  test("is recorded with its purpose and a fingerprint, never with the token", async () => {
    const { use } = await connected();
    let token = "";
    await withCredential({ ...use, record: true, purpose: "checkout" }, async (grant) => {
      token = tokenOf(grant).reveal();
    });
    const rows = await db().select().from(auditEvents).where(eq(auditEvents.subjectId, use.integrationId));
    const used = rows.filter(({ event }) => event === "credential.used");
    expect(used).toMatchObject([
      { facts: { purpose: "checkout", fingerprint: expect.stringMatching(/^[0-9a-f]{12}$/) } },
    ]);
    expect(JSON.stringify(rows)).not.toContain(token);
  });

  test("a confirmed 401 needs re-authorization, says so in a sentence, and is asked only once", async () => {
    const { login, use } = await connected();
    const [token] = await forge().admin.tokens({ login, active: true });
    await forge().admin.revokeToken(token?.id ?? 0);
    const error = await failure(withCredential(use, identify));
    expect(error).toBeInstanceOf(CredentialUnavailable);
    expect(error).toMatchObject({
      code: "needs_reauthorization",
      message: expect.stringMatching(/was revoked/),
    });
    expect(await statusOf(use)).toEqual(["needs_reauthorization", "revoked"]);
    await forge().admin.clearRequests();
    expect(await failure(withCredential(use, identify))).toBeInstanceOf(CredentialUnavailable);
    expect(await forge().admin.requests({})).toEqual([]);
  });

  test("a single 401 about a living token is the provider's trouble, not a revocation", async () => {
    const { use } = await connected();
    await forge().admin.fault({ match: { path: "/api/v3/user" }, action: { kind: "status", status: 401 } });
    expect(await failure(withCredential(use, identify))).toBeInstanceOf(ProviderUnavailable);
    expect(await statusOf(use)).toEqual(["active", null]);
    await withCredential(use, identify);
  });

  test("a 401 that cannot be confirmed changes no status for good", async () => {
    const { use } = await connected();
    await forge().admin.fault({ match: { path: "/api/v3/user" }, action: { kind: "status", status: 401 } });
    await forge().admin.fault({
      match: { path: "/api/v3/applications/**" },
      action: { kind: "status", status: 500 },
    });
    expect(await failure(withCredential(use, identify))).toBeInstanceOf(ProviderUnavailable);
    expect(await statusOf(use)).toEqual(["degraded", "unreachable"]);
    await withCredential(use, identify);
    expect(await statusOf(use)).toEqual(["active", null]);
  });

  test("what keeps it from the provider is told as it is now, until it answers", async () => {
    const { use } = await connected();
    for (const cause of ["unreachable", "untrusted", "blocked", "rate_limited"] as const) {
      const down = () => Promise.reject(new ProviderUnavailable("Not now.", cause));
      expect(await failure(withCredential(use, down))).toBeInstanceOf(ProviderUnavailable);
      expect(await statusOf(use)).toEqual(["degraded", cause]);
    }
    await withCredential(use, identify);
    expect(await statusOf(use)).toEqual(["active", null]);
  });

  test("a token that was replaced while its 401 came back does not take the new one down", async () => {
    const { desk, login, use } = await connected();
    const error = await failure(
      withCredential(use, async (grant) => {
        await forge().admin.revokeToken(tokenOf(grant).reveal());
        await connect(desk, instance, { login });
        return await identify(grant);
      }),
    );
    expect(error).toBeInstanceOf(ProviderUnavailable);
    expect(await statusOf(use)).toEqual(["active", null]);
    await withCredential(use, identify);
  });

  test("an unavailable or limiting provider degrades, and the next success recovers", async () => {
    const { use } = await connected();
    await forge().admin.fault({
      match: { path: "/api/v3/user" },
      action: { kind: "rate_limit", retryAfterSeconds: 30 },
    });
    expect(await failure(withCredential(use, identify))).toMatchObject({ cause_: "rate_limited" });
    expect(await statusOf(use)).toEqual(["degraded", "rate_limited"]);
    await withCredential(use, identify);
    expect(await statusOf(use)).toEqual(["active", null]);
  });

  test("a token that has ended, and one that cannot be opened, say which", async () => {
    const ended = await connected();
    await db()
      .update(credentials)
      .set({ accessExpiresAt: new Date(Date.now() - 1000) })
      .where(eq(credentials.integrationId, ended.use.integrationId));
    expect(await failure(withCredential(ended.use, identify))).toMatchObject({
      code: "needs_reauthorization",
    });
    expect(await statusOf(ended.use)).toEqual(["needs_reauthorization", "expired"]);
    const closed = await connected();
    await db()
      .update(credentials)
      .set({ generation: 7 })
      .where(eq(credentials.integrationId, closed.use.integrationId));
    expect(await failure(withCredential(closed.use, identify))).toMatchObject({ code: "key_unavailable" });
    expect(await statusOf(closed.use)).toEqual(["needs_reauthorization", "key_unavailable"]);
  });

  test("a token of one project does not open from another, whatever id is asked for", async () => {
    const mine = await connected();
    const theirs = await connected();
    const stolen = { ...theirs.use, projectId: mine.desk.projectId };
    expect(await failure(withCredential(stolen, identify))).toMatchObject({ code: "integration_removed" });
    const [sealed] = await db()
      .select({ token: credentials.accessTokenSealed })
      .from(credentials)
      .where(eq(credentials.integrationId, theirs.use.integrationId));
    await db()
      .update(credentials)
      .set({ accessTokenSealed: sealed?.token ?? "" })
      .where(eq(credentials.integrationId, mine.use.integrationId));
    expect(await failure(withCredential(mine.use, identify))).toMatchObject({ code: "key_unavailable" });
  });
});
