import { and, eq } from "drizzle-orm";
import { beforeAll, describe, expect, test } from "vitest";
import {
  auditEvents,
  authorizationAttempts,
  cleanups,
  credentials,
  db,
  integrations,
  members,
  providerInstances,
} from "@/db";
import type { ReadyInstance } from "@/lib/instances";
import { beginAuthorization, completeAuthorization, runDueCleanups } from "@/lib/integrations";
import { useTestDatabase } from "@/lib/testing/database";
import {
  addDesk,
  addInstance,
  arrive,
  connect,
  consent,
  type Desk,
  type Handshake,
  handshake,
  openDesk,
  useForge,
} from "@/lib/testing/forge";
import { losingRole } from "@/lib/testing/locks";
import { addMember, addUser } from "@/lib/testing/people";

useTestDatabase();
const { forge } = useForge();
let instance: ReadyInstance;

beforeAll(async () => {
  instance = await addInstance(forge());
  for (const login of ["octocat", "hubot", "popular", "steady", "picky", "walled"])
    await forge().admin.createUser({ login });
});

const complete = (desk: Pick<Desk, "session">, back: Handshake, instanceId = instance.id) =>
  arrive(desk, back, instanceId);

const ofProject = (projectId: string) =>
  db().select().from(integrations).where(eq(integrations.projectId, projectId));
const liveTokens = async (login: string) =>
  (await forge().admin.tokens({ login, active: true })).map(({ token }) => token);
const events = async (projectId: string) =>
  (await db().select().from(auditEvents).where(eq(auditEvents.chain, projectId))).map(({ event }) => event);

describe("what begins an authorization", () => {
  test("sends to the provider with PKCE S256 and a state, and keeps neither in the database", async () => {
    const desk = await addDesk();
    const { url, cookie } = await beginAuthorization(desk.ctx, desk.session, { instanceId: instance.id });
    const sent = new URL(url).searchParams;
    expect(sent.get("code_challenge_method")).toBe("S256");
    expect(sent.get("scope")).toBe("repo read:org");
    expect(sent.get("state")).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(cookie).toMatchObject({
      httpOnly: true,
      sameSite: "lax",
      path: `/api/integrations/${instance.id}/callback`,
      maxAge: 600,
    });
    const [row] = await db()
      .select()
      .from(authorizationAttempts)
      .where(eq(authorizationAttempts.projectId, desk.projectId));
    const stored = JSON.stringify(row);
    for (const secret of [sent.get("state") ?? "", ...cookie.value.split(".")]) {
      expect(stored).not.toContain(secret);
    }
  });

  test.each(["member", "viewer"] as const)("a %s may not", async (role) => {
    const desk = await addDesk(role);
    await expect(
      beginAuthorization(desk.ctx, desk.session, { instanceId: instance.id }),
    ).rejects.toMatchObject({ code: "forbidden" });
  });
});

describe("what binds an authorization", () => {
  test("a callback that is replayed twenty times at once connects once", async () => {
    const desk = await addDesk();
    const back = await handshake(desk, instance, { login: "octocat" });
    const answers = await Promise.all(Array.from({ length: 20 }, () => complete(desk, back)));
    expect(answers.filter(({ connected }) => connected)).toHaveLength(1);
    expect(answers.filter(({ failed }) => failed === "state")).toHaveLength(19);
    expect(await ofProject(desk.projectId)).toHaveLength(1);
  });

  test("two tabs of one person do not disturb each other", async () => {
    const desk = await addDesk();
    const first = await handshake(desk, instance, { login: "octocat" });
    const second = await handshake(desk, instance, { login: "hubot" });
    const cookies = new Map([...first.cookies, ...second.cookies]);
    expect(await complete(desk, { ...second, cookies })).toHaveProperty("connected");
    expect(await complete(desk, { ...first, cookies })).toHaveProperty("connected");
    const accounts = (await ofProject(desk.projectId)).map(({ accountLogin }) => accountLogin);
    expect(accounts.sort()).toEqual(["hubot", "octocat"]);
  });

  test("another person, another session, another browser and another instance are all refused alike", async () => {
    const desk = await addDesk();
    const stranger = await addDesk();
    const elsewhere = await openDesk(desk.projectId, desk.person);
    const back = () => handshake(desk, instance, { login: "octocat" });
    const foreign = await handshake(desk, instance, { login: "octocat" });
    const mixed = { params: (await back()).params, cookies: foreign.cookies };
    const answers = [
      await complete(stranger, await back()),
      await complete(elsewhere, await back()),
      await complete(desk, { ...(await back()), cookies: new Map() }),
      await complete(desk, mixed),
      await complete(desk, await back(), "pin_00000000000000000000"),
    ];
    expect(answers.map(({ failed }) => failed)).toEqual(Array(5).fill("state"));
    expect(await ofProject(desk.projectId)).toEqual([]);
    expect(await ofProject(stranger.projectId)).toEqual([]);
  });

  test("an attempt ends after ten minutes", async () => {
    const desk = await addDesk();
    const back = await handshake(desk, instance, { login: "octocat" });
    await db()
      .update(authorizationAttempts)
      .set({ expiresAt: new Date(Date.now() - 1000) })
      .where(eq(authorizationAttempts.projectId, desk.projectId));
    expect(await complete(desk, back)).toMatchObject({ failed: "state" });
  });

  test("a doubled, missing, foreign or bracketed parameter ends it, and what was not consumed still works", async () => {
    const desk = await addDesk();
    const back = await handshake(desk, instance, { login: "octocat" });
    const query = back.params.toString();
    for (const tampered of [
      `${query}&state=${back.params.get("state")}`,
      `${query}&code=another`,
      `${query}&state[]=x`,
      `code=${back.params.get("code")}`,
      `state=${"x".repeat(43)}&code=${back.params.get("code")}`,
      `${query}&error=access_denied`,
      "",
    ]) {
      const answer = await complete(desk, { ...back, params: new URLSearchParams(tampered) });
      expect(answer, tampered).toMatchObject({ failed: "state" });
    }
    expect(await complete(desk, back)).toHaveProperty("connected");
  });

  test("an answer in the name of another issuer is refused", async () => {
    const desk = await addDesk();
    const back = await handshake(desk, instance, { login: "octocat" });
    back.params.set("iss", "https://github.com/login/oauth");
    expect(await complete(desk, back)).toMatchObject({ failed: "state" });
    const good = await handshake(desk, instance, { login: "octocat" });
    good.params.set("iss", `${instance.origin}/login/oauth`);
    expect(await complete(desk, good)).toHaveProperty("connected");
  });

  test("consent denied uses the attempt up as well", async () => {
    const desk = await addDesk();
    const begun = await beginAuthorization(desk.ctx, desk.session, { instanceId: instance.id });
    const cookies = new Map([[begun.cookie.name, begun.cookie.value]]);
    const denied = await consent(begun.url, { login: "octocat", decision: "cancel" });
    expect(await complete(desk, { params: denied, cookies })).toMatchObject({ failed: "denied" });
    const granted = await consent(begun.url, { login: "octocat" });
    expect(await complete(desk, { params: granted, cookies })).toMatchObject({ failed: "state" });
    expect(await ofProject(desk.projectId)).toEqual([]);
  });

  test("the provider's own words are not in the address that is shown", async () => {
    const desk = await addDesk();
    const begun = await beginAuthorization(desk.ctx, desk.session, { instanceId: instance.id });
    const state = new URL(begun.url).searchParams.get("state") ?? "";
    const params = new URLSearchParams({ state, error: "evil_code", error_description: "<b>pwned</b>" });
    const cookies = new Map([[begun.cookie.name, begun.cookie.value]]);
    const done = await completeAuthorization(desk.session, { instanceId: instance.id, params, cookies });
    expect(done.redirectTo).toBe(
      `/projects/${desk.projectId}/integrations?failed=refused&instance=${instance.id}`,
    );
    expect(done.cookie).toMatchObject({ name: begun.cookie.name, value: "", maxAge: 0 });
  });

  test("who lost the role, or the membership, while away connects nothing", async () => {
    const desk = await addDesk("admin");
    const demoted = await handshake(desk, instance, { login: "octocat" });
    await db().update(members).set({ role: "member" }).where(eq(members.userId, desk.person.id));
    expect(await complete(desk, demoted)).toMatchObject({ failed: "role" });
    await db().update(members).set({ role: "admin" }).where(eq(members.userId, desk.person.id));
    const removed = await handshake(desk, instance, { login: "octocat" });
    await db().delete(members).where(eq(members.userId, desk.person.id));
    expect(await complete(desk, removed)).toMatchObject({ failed: "role" });
    expect(await ofProject(desk.projectId)).toEqual([]);
  });

  test("whose role is being taken away at the moment of writing connects nothing, and the token is revoked", async () => {
    const login = "late-admin";
    await forge().admin.createUser({ login });
    const desk = await addDesk("admin");
    const answer = await losingRole(desk, async () =>
      complete(desk, await handshake(desk, instance, { login })),
    );
    expect(answer).toMatchObject({ failed: "role" });
    expect(await ofProject(desk.projectId)).toEqual([]);
    expect(await forge().admin.tokens({ login, active: true })).toEqual([]);
  });
});

test("a person who starts one authorization after the other is stopped after thirty, and told when to go on", async () => {
  const desk = await addDesk();
  const begin = (at: Desk) => beginAuthorization(at.ctx, at.session, { instanceId: instance.id });
  for (let n = 0; n < 30; n += 1) await begin(desk);
  await expect(begin(desk)).rejects.toMatchObject({
    code: "rate_limited",
    message: expect.stringMatching(/^You started 30 authorizations .* Try again in \d+ minutes?\.$/),
  });
  await begin(await addDesk());
});

describe("what comes back from the provider", () => {
  test("a connection is one row with its sealed credential and its audit row", async () => {
    const desk = await addDesk();
    const id = await connect(desk, instance, { login: "octocat" });
    const [row] = await ofProject(desk.projectId);
    expect(row).toMatchObject({
      id,
      status: "active",
      accountLogin: "octocat",
      authorizedBy: desk.person.id,
      grantedScopes: expect.arrayContaining(["repo", "read:org"]),
    });
    const [credential] = await db().select().from(credentials).where(eq(credentials.integrationId, id));
    const stored = JSON.stringify([row, credential]);
    for (const token of await liveTokens("octocat")) expect(stored).not.toContain(token);
    expect(await events(desk.projectId)).toEqual(["integration.connected"]);
  });

  test("a scope that was unticked means not connected, and the token does not stay alive", async () => {
    const desk = await addDesk();
    const back = await handshake(desk, instance, { login: "picky", scopes: ["read:org"] });
    expect(await complete(desk, back)).toMatchObject({ failed: "scopes" });
    expect(await ofProject(desk.projectId)).toEqual([]);
    expect(await liveTokens("picky")).toEqual([]);
  });

  test("a provider that fails at the exchange is said to be down, and nothing is written", async () => {
    const desk = await addDesk();
    for (const action of [
      { kind: "status", status: 500 },
      { kind: "html", status: 200 },
      { kind: "drop", when: "after" },
      { kind: "redirect", location: "http://127.0.0.1:9/", status: 307 },
    ] as const) {
      const back = await handshake(desk, instance, { login: "octocat" });
      await forge().admin.fault({ match: { path: "/login/oauth/access_token" }, action });
      expect(await complete(desk, back), action.kind).toMatchObject({ failed: "unavailable" });
    }
    expect(await ofProject(desk.projectId)).toEqual([]);
  });

  test("a token that cannot be identified is revoked, later if the provider is down", async () => {
    const desk = await addDesk();
    const back = await handshake(desk, instance, { login: "steady" });
    const { admin } = forge();
    await admin.fault({ match: { path: "/api/v3/**" }, action: { kind: "status", status: 500 }, count: 2 });
    expect(await complete(desk, back)).toMatchObject({ failed: "unavailable" });
    expect(await liveTokens("steady")).toHaveLength(1);
    await admin.clearFaults();
    await runDueCleanups(new AbortController().signal);
    expect(await liveTokens("steady")).toEqual([]);
    const [row] = await db().select().from(cleanups).where(eq(cleanups.projectId, desk.projectId));
    expect(row).toMatchObject({ outcome: "done", tokenSealed: null, integrationId: null });
  });

  test("a wrong client secret is the instance's misconfiguration", async () => {
    const desk = await addDesk();
    const { admin } = forge();
    const back = await handshake(desk, instance, { login: "octocat" });
    const body = { error: "incorrect_client_credentials", error_description: "secret words" };
    await admin.fault({
      match: { path: "/login/oauth/access_token" },
      action: { kind: "status", status: 200, body },
    });
    expect(await complete(desk, back)).toMatchObject({ failed: "client" });
    const read = async () =>
      (await db().select().from(providerInstances).where(eq(providerInstances.id, instance.id)))[0];
    expect((await read())?.misconfiguredReason).toMatch(/does not accept this client/);
    await connect(desk, instance, { login: "octocat" });
    expect((await read())?.misconfiguredAt).toBeNull();
  });
});

describe("connecting an account that is there already", () => {
  test("re-authorizes it in place and revokes the old token, which is the only one to go", async () => {
    const desk = await addDesk();
    const other = await addDesk();
    const { admin } = forge();
    await admin.createUser({ login: "again" });
    const id = await connect(desk, instance, { login: "again" });
    await connect(other, instance, { login: "again" });
    const before = await liveTokens("again");
    await db()
      .update(integrations)
      .set({ status: "needs_reauthorization", statusReason: "revoked" })
      .where(eq(integrations.id, id));
    expect(await connect(desk, instance, { login: "again" })).toBe(id);
    const [row] = await ofProject(desk.projectId);
    expect(row).toMatchObject({ id, status: "active", statusReason: null });
    const [credential] = await db().select().from(credentials).where(eq(credentials.integrationId, id));
    expect(credential?.generation).toBe(2);
    await runDueCleanups(new AbortController().signal);
    const after = await liveTokens("again");
    expect(after).toHaveLength(2);
    expect(after).not.toContain(before[0]);
    expect(after).toContain(before[1]);
    expect(await events(desk.projectId)).toContain("integration.reauthorized");
  });

  test("two people connecting one account at once make one integration", async () => {
    const desk = await addDesk();
    const colleague = await addUser();
    await addMember(desk.projectId, colleague, "admin");
    const second = await openDesk(desk.projectId, colleague);
    const backs = [
      await handshake(desk, instance, { login: "octocat" }),
      await handshake(second, instance, { login: "octocat" }),
    ] as const;
    const answers = await Promise.all([complete(desk, backs[0]), complete(second, backs[1])]);
    const ids = answers.map(({ connected, integrationId }) => connected ?? integrationId);
    expect(ids[0]).toMatch(/^int_/);
    expect(ids[1]).toBe(ids[0]);
    expect(await ofProject(desk.projectId)).toHaveLength(1);
  });

  test("the ninth token of an account is warned of, the tenth refused and revoked; re-authorizing still works", async () => {
    const answers = [];
    const desks: Desk[] = [];
    for (let i = 0; i < 10; i++) {
      const desk = await addDesk();
      desks.push(desk);
      answers.push(await complete(desk, await handshake(desk, instance, { login: "popular" })));
    }
    expect(answers.map(({ tokens }) => tokens)).toEqual([...Array(7).fill(undefined), "8", "9", undefined]);
    expect(answers[9]).toMatchObject({ failed: "too_many_tokens" });
    expect(await liveTokens("popular")).toHaveLength(9);
    const [first] = desks;
    if (!first) throw new Error("no desk");
    expect(await complete(first, await handshake(first, instance, { login: "popular" }))).toHaveProperty(
      "again",
    );
  });
});

describe("the wall between projects", () => {
  test("a credential cannot be stored under another project than its integration's", async () => {
    const [mine, theirs] = [await addDesk(), await addDesk()];
    const id = await connect(mine, instance, { login: "walled" });
    const move = db()
      .update(credentials)
      .set({ projectId: theirs.projectId })
      .where(and(eq(credentials.integrationId, id), eq(credentials.projectId, mine.projectId)));
    await expect(move).rejects.toThrow();
  });

  test("Re-authorize of another project's integration is unknown", async () => {
    const [mine, theirs] = [await addDesk(), await addDesk()];
    const integrationId = await connect(mine, instance, { login: "walled" });
    await expect(
      beginAuthorization(theirs.ctx, theirs.session, { instanceId: instance.id, integrationId }),
    ).rejects.toMatchObject({ code: "not_found" });
  });
});
