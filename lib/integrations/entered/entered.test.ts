import { eq } from "drizzle-orm";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { auditEvents, cleanups, credentials, db, integrations, members, repositories, sessions } from "@/db";
import { loadProjectContext } from "@/lib/access";
import { withCredential } from "@/lib/credentials";
import {
  connectWithCredentials,
  enteredInput,
  getIntegration,
  getReceipt,
  listRestorable,
  removalImpact,
  removeIntegration,
  restoreApps,
} from "@/lib/integrations";
import { redactText } from "@/lib/redact";
import { ensureHook, readHeadOf, searchBranches, searchRepositories } from "@/lib/sources";
import { addBoundApp } from "@/lib/testing/bound-app";
import { useTestDatabase } from "@/lib/testing/database";
import { deploymentsOf } from "@/lib/testing/factories";
import { addDesk, type Desk } from "@/lib/testing/forge";
import { type GitHost, startGitHost } from "@/lib/testing/git-host";
import { addMember, addProject } from "@/lib/testing/people";

process.env.EGRESS_ALLOW = "127.0.0.0/8, ::1";
useTestDatabase();

let host: GitHost;
let count = 0;
beforeAll(async () => {
  host = await startGitHost();
});
afterEach(() => {
  host.before = null;
  host.accounts.clear();
});
afterAll(() => host.close());

const SECRET = "gldt-s3cr3t-of-this-test";

/** What a form sends; what is not given is as the form is when it opens. */
const entry = (values: Record<string, string> = {}) =>
  enteredInput.parse({
    provider: "git",
    url: `${host.origin}/team`,
    userName: "deploy",
    token: SECRET,
    caCertificate: host.ca,
    hostKind: "other",
    intent: "save",
    ...values,
  });

/** A group of its own with one repository. */
function newGroup(): { path: string; url: string; head: string } {
  count += 1;
  host.accounts.set("deploy", SECRET);
  const path = `group-${count}`;
  return {
    path,
    url: `${host.origin}/${path}`,
    head: host.addRepository(`${path}/site`, { "index.html": "one" }),
  };
}

async function connected(desk: Desk, values: Record<string, string> = {}) {
  const group = newGroup();
  const outcome = await connectWithCredentials(
    desk.ctx,
    entry({ url: group.url, testWith: "site", ...values }),
  );
  if (outcome.kind !== "stored") throw new Error(JSON.stringify(outcome));
  return { ...group, integrationId: outcome.integrationId };
}

const rowOf = async (id: string) =>
  (await db().select().from(integrations).where(eq(integrations.id, id)))[0];
const countRows = async (desk: Desk) =>
  (await db().select().from(integrations).where(eq(integrations.projectId, desk.projectId))).length;

describe("connecting with what a person entered", () => {
  test("is stored sealed, recorded without the secret, and reads repositories below the address", async () => {
    const desk = await addDesk();
    const { integrationId, path, head } = await connected(desk);
    const [sealed] = await db()
      .select()
      .from(credentials)
      .where(eq(credentials.integrationId, integrationId));
    expect([sealed?.accessTokenSealed, sealed?.userNameSealed]).toEqual([
      expect.stringMatching(/^v1\./),
      expect.stringMatching(/^v1\./),
    ]);
    const audit = await db().select().from(auditEvents).where(eq(auditEvents.subjectId, integrationId));
    expect(JSON.stringify([audit, await rowOf(integrationId)])).not.toContain(SECRET);
    expect(audit.map(({ event }) => event)).toContain("integration.connected");
    expect(redactText(`it said ${SECRET}`)).not.toContain(SECRET);
    const found = await searchRepositories(desk.ctx, { integrationId, query: "site" });
    expect(found.items).toMatchObject([{ fullName: `${path}/site`, defaultBranch: "main" }]);
    const repositoryExternalId = found.items[0]?.externalId ?? "";
    expect(await searchBranches(desk.ctx, { integrationId, repositoryExternalId, query: "" })).toEqual([
      { name: "main", commit: head },
    ]);
  });

  test("the same address again gives back the apps that lost it, and finds what was pushed meanwhile", async () => {
    const desk = await addDesk();
    const { integrationId, path, url } = await connected(desk);
    const bound = await addBoundApp(desk, { integrationId, repository: `${host.origin}/${path}/site` });
    const { accountLogin } = (await rowOf(integrationId)) ?? {};
    await removeIntegration(desk.ctx, { integrationId, confirmName: accountLogin ?? "" });
    const commit = host.commit(`${path}/site`, "main", { "index.html": "two" });
    const again = await connectWithCredentials(desk.ctx, entry({ url, testWith: "site" }));
    if (again.kind !== "stored") throw new Error(JSON.stringify(again));
    expect(again.integrationId).not.toBe(integrationId);
    expect(await listRestorable(desk.ctx)).toMatchObject([
      { integrationId: again.integrationId, apps: [{ id: bound.appId }] },
    ]);
    const { restored, left } = await restoreApps(desk.ctx, {
      integrationId: again.integrationId,
      appIds: [bound.appId],
    });
    expect([restored, left]).toMatchObject([[{ id: bound.appId }], []]);
    expect(await deploymentsOf(bound.appId)).toMatchObject([{ commit }]);
  });

  test.each(["viewer", "removed", "signed out"])(
    "stores nothing for who is %s once the host has answered",
    async (change) => {
      const desk = await addDesk("admin");
      const { url } = newGroup();
      const mine = eq(members.userId, desk.person.id);
      const lose = async () => {
        if (change === "viewer") await db().update(members).set({ role: "viewer" }).where(mine);
        else if (change === "removed") await db().delete(members).where(mine);
        else await db().delete(sessions).where(eq(sessions.id, desk.session.sessionId));
      };
      let losing: Promise<void> | null = null;
      host.before = (_request, response) => {
        losing ??= lose();
        void losing.then(() => response.writeHead(404).end());
        return true;
      };
      const insisted = entry({ url: `${url}/site`, saveAnyway: "yes" });
      await expect(connectWithCredentials(desk.ctx, insisted)).rejects.toMatchObject({
        code: change === "removed" ? "not_found" : "forbidden",
      });
      expect(await countRows(desk)).toBe(0);
    },
  );

  test("a test stores nothing, whether it works or not", async () => {
    const desk = await addDesk();
    const { url } = newGroup();
    const works = await connectWithCredentials(desk.ctx, entry({ url: `${url}/site`, intent: "test" }));
    expect(works).toMatchObject({ kind: "tested", trial: { works: true } });
    const fails = await connectWithCredentials(
      desk.ctx,
      entry({ url: `${url}/site`, intent: "test", token: "wrong" }),
    );
    expect(fails).toMatchObject({ kind: "tested", trial: { works: false, field: "token" } });
    expect(await countRows(desk)).toBe(0);
  });

  test("a test with the address alone asks the host what it is, and says what to enter", async () => {
    const desk = await addDesk();
    const { url } = newGroup();
    const alone = { url: `${url}/site`, intent: "test", hostKind: "", userName: "", token: "" };
    host.before = (request, response) => {
      if (request.url !== "/api/v4/version") return false;
      response.writeHead(401).end(JSON.stringify({ message: "401 Unauthorized" }));
      return true;
    };
    expect(await connectWithCredentials(desk.ctx, entry(alone))).toMatchObject({
      trial: { works: false, field: "user" },
      hostKind: "gitlab",
    });
    host.accounts.clear();
    expect(await connectWithCredentials(desk.ctx, entry(alone))).toMatchObject({
      trial: { works: true, sentence: expect.stringContaining("Everybody may read it") },
    });
    expect(await countRows(desk)).toBe(0);
  });

  test("a host that could not be asked is said to be of no kind", async () => {
    const desk = await addDesk();
    const away = { url: "https://no-such-host.invalid/team", intent: "test", hostKind: "" };
    expect(await connectWithCredentials(desk.ctx, entry(away))).toMatchObject({ hostKind: "" });
    const chosen = { ...away, hostKind: "gitea" };
    expect(await connectWithCredentials(desk.ctx, entry(chosen))).toMatchObject({ hostKind: "gitea" });
  });

  test("what failed is stored only when the person insists, and begins as what it is", async () => {
    const desk = await addDesk();
    const { url } = newGroup();
    const wrong = { url: `${url}/site`, token: "wrong" };
    expect(await connectWithCredentials(desk.ctx, entry(wrong))).toMatchObject({ kind: "failed" });
    expect(await countRows(desk)).toBe(0);
    const outcome = await connectWithCredentials(desk.ctx, entry({ ...wrong, saveAnyway: "yes" }));
    expect(outcome.kind).toBe("stored");
    const id = outcome.kind === "stored" ? outcome.integrationId : "";
    expect(await rowOf(id)).toMatchObject({ status: "needs_reauthorization", statusReason: "revoked" });
  });

  test("without a credential what everybody may read is read, and no row holds a secret", async () => {
    const desk = await addDesk();
    const { url } = newGroup();
    host.accounts.clear();
    const outcome = await connectWithCredentials(
      desk.ctx,
      entry({ url: `${url}/site`, isAnonymous: "yes", userName: "", token: "" }),
    );
    const id = outcome.kind === "stored" ? outcome.integrationId : "";
    expect(await rowOf(id)).toMatchObject({ hasCredentials: false, status: "active" });
    expect(await db().select().from(credentials).where(eq(credentials.integrationId, id))).toEqual([]);
    const found = await searchRepositories(desk.ctx, { integrationId: id, query: `${url}/site` });
    expect(found.items).toHaveLength(1);
    for (const part of ["site", "SIT", ""]) {
      expect(
        (await searchRepositories(desk.ctx, { integrationId: id, query: part })).items.map(
          ({ externalId }) => externalId,
        ),
      ).toEqual([`${url}/site`]);
    }
    expect((await removalImpact(desk.ctx, id)).token).toEqual({ kind: "none" });
  });

  test("without a credential, a repository that is closed later is told in words and is no fault of the console", async () => {
    const desk = await addDesk();
    const { url } = newGroup();
    host.accounts.clear();
    const outcome = await connectWithCredentials(
      desk.ctx,
      entry({ url: `${url}/site`, isAnonymous: "yes", userName: "", token: "" }),
    );
    const integrationId = outcome.kind === "stored" ? outcome.integrationId : "";
    const { repositoryId } = await addBoundApp(desk, { integrationId, repository: `${url}/site` });
    host.accounts.set("deploy", SECRET);
    await ensureHook(desk.projectId, repositoryId);
    await expect(readHeadOf(repositoryId, "main")).rejects.toMatchObject({
      name: "ProviderRejected",
      message: expect.stringContaining("to nobody without one"),
    });
    await expect(searchRepositories(desk.ctx, { integrationId, query: "" })).rejects.toMatchObject({
      code: "conflict",
    });
    expect(await rowOf(integrationId)).toMatchObject({ status: "active" });
  });

  test("the same address again is the same integration, however it is written", async () => {
    const desk = await addDesk();
    const { integrationId, url } = await connected(desk);
    const again = await connectWithCredentials(
      desk.ctx,
      entry({ url: `${url.replace("https", "HTTPS")}//`, testWith: "site" }),
    );
    expect(again).toEqual({ kind: "stored", integrationId, isReauthorized: true });
    expect(await countRows(desk)).toBe(1);
  });

  test.each([
    [{ url: "http://git.example.com/a" }, "url"],
    [{ userName: "" }, "userName"],
    [{ token: "" }, "token"],
    [{ hostKind: "svn" }, "hostKind"],
    [{ caCertificate: "not a certificate" }, "caCertificate"],
    [{ caCertificate: "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----" }, "caCertificate"],
    [{ caCertificate: "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----" }, "caCertificate"],
    [{ expiresOn: "2020-01-01" }, "expiresOn"],
  ])("%o is refused at its field before any host is asked", async (values, field) => {
    const desk = await addDesk();
    host.requests.length = 0;
    await expect(
      connectWithCredentials(desk.ctx, entry(values as Record<string, string>)),
    ).rejects.toMatchObject({
      name: "ConsoleError",
      fields: { [field]: expect.any(String) },
    });
    expect(host.requests).toEqual([]);
  });

  test("a person who tries host after host is stopped after thirty, before any is asked, and told when to go on", async () => {
    const desk = await addDesk();
    const { url } = newGroup();
    const attempt = (at: Pick<Desk, "ctx"> = desk, tried = `${url}/site`) =>
      connectWithCredentials(at.ctx, entry({ url: tried, intent: "test" }));
    const nobodyListens = "https://127.0.0.1:1/group/site";
    // What is refused before a host is asked is no attempt.
    await expect(connectWithCredentials(desk.ctx, entry({ token: "" }))).rejects.toMatchObject({
      code: "invalid",
    });
    for (let n = 0; n < 30; n += 1) {
      expect(await attempt(desk, nobodyListens)).toMatchObject({ kind: "tested" });
    }
    host.requests.length = 0;
    const another = await addProjectOf(desk);
    for (const at of [desk, another]) {
      await expect(attempt(at)).rejects.toMatchObject({
        code: "rate_limited",
        message: expect.stringMatching(/^You tried 30 connections .* Try again in \d+ minutes?\.$/),
      });
    }
    expect(host.requests).toEqual([]);
    expect(await attempt(await addDesk())).toMatchObject({ kind: "tested" });
  });

  test.each(["member", "viewer"] as const)("a %s may not", async (role) => {
    const desk = await addDesk(role);
    await expect(connectWithCredentials(desk.ctx, entry())).rejects.toMatchObject({ code: "forbidden" });
  });

  test("a name with a colon and a token with a line break are refused by the form", () => {
    expect(enteredInput.safeParse({ provider: "git", intent: "save", userName: "a:b" }).success).toBe(false);
    expect(enteredInput.safeParse({ provider: "git", intent: "save", token: "a\nb" }).success).toBe(false);
  });

  test("an end that a person enters is kept, and shown with whose authority is trusted and where the token is renewed", async () => {
    const desk = await addDesk();
    const { integrationId, url } = await connected(desk, { expiresOn: "2099-03-01", hostKind: "gitlab" });
    const { details, providerName, endsAt } = await getIntegration(desk.ctx, integrationId);
    expect(providerName).toBe("GitLab");
    expect(endsAt).toMatch(/^2099-03-01T23:5/);
    expect(details).toMatchObject({
      entered: {
        address: url,
        hostKind: "gitlab",
        authority: { name: host.authority.name },
        tokensUrl: `${host.origin}/-/user_settings/personal_access_tokens`,
      },
    });
    expect(JSON.stringify(details)).not.toContain("deploy");
  });
});

/** Another project of the same person. */
async function addProjectOf({ person, session }: Desk): Promise<Pick<Desk, "ctx">> {
  const { projectId } = await addProject();
  await addMember(projectId, person, "owner");
  return { ctx: await loadProjectContext(session, projectId) };
}

describe("a credential that the host no longer accepts", () => {
  test("needs re-authorization after a second look, and works again once another was entered", async () => {
    const desk = await addDesk();
    const { integrationId, url, head } = await connected(desk);
    const { repositoryId } = await addBoundApp(desk, { integrationId, repository: `${url}/site` });
    expect(await readHeadOf(repositoryId, "main")).toMatchObject({ commit: head });
    host.accounts.set("deploy", "renewed");
    await expect(readHeadOf(repositoryId, "main")).rejects.toMatchObject({ name: "CredentialUnavailable" });
    expect(await rowOf(integrationId)).toMatchObject({
      status: "needs_reauthorization",
      statusReason: "revoked",
    });
    const edit = entry({ integrationId, url: "", testWith: "site", token: "renewed" });
    expect(await connectWithCredentials(desk.ctx, edit)).toMatchObject({
      kind: "stored",
      isReauthorized: true,
    });
    expect(await readHeadOf(repositoryId, "main")).toMatchObject({ commit: head });
    const [row] = await db().select().from(repositories).where(eq(repositories.id, repositoryId));
    expect(row?.pollAt?.getTime()).toBeLessThanOrEqual(Date.now());
  });

  test("a repository that one credential does not open takes down no other", async () => {
    const desk = await addDesk();
    const { integrationId, url } = await connected(desk);
    await addBoundApp(desk, { integrationId, repository: `${url}/site` });
    host.before = (request, response) => {
      if (!request.url?.includes("/other")) return false;
      response.writeHead(401).end();
      return true;
    };
    await expect(searchRepositories(desk.ctx, { integrationId, query: "other" })).rejects.toMatchObject({
      code: "conflict",
    });
    expect(await rowOf(integrationId)).toMatchObject({ status: "active" });
  });
});

describe("editing a credential", () => {
  test("tries every repository that apps follow; what would break is listed, and replaced only when confirmed", async () => {
    const desk = await addDesk();
    const { integrationId, path, url } = await connected(desk);
    host.addRepository(`${path}/shop`, { "index.html": "one" });
    await addBoundApp(desk, { integrationId, repository: `${url}/site` });
    const { appId } = await addBoundApp(desk, { integrationId, repository: `${url}/shop` });
    host.accounts.set("other", "narrow");
    host.before = (request, response) => {
      const isNarrow =
        request.headers.authorization === `Basic ${Buffer.from("other:narrow").toString("base64")}`;
      if (!isNarrow || !request.url?.includes("/shop")) return false;
      response.writeHead(403).end();
      return true;
    };
    const edit = { integrationId, url: "", testWith: "site", userName: "other", token: "narrow" };
    const before = await rowOf(integrationId);
    const listed = await connectWithCredentials(desk.ctx, entry(edit));
    const shop = { name: `${path}/shop`, sentence: expect.stringContaining("does not let it read") };
    expect(listed).toMatchObject({ kind: "breaks", broken: [{ ...shop, apps: [{ id: appId }] }] });
    expect(await rowOf(integrationId)).toEqual(before);
    const acceptBreaks = listed.kind === "breaks" ? listed.acceptance : "";
    // Another app follows what does not open, between the list and the click.
    const { appId: late } = await addBoundApp(desk, { integrationId, repository: `${url}/shop` });
    const again = await connectWithCredentials(desk.ctx, entry({ ...edit, acceptBreaks }));
    expect(again).toMatchObject({ kind: "breaks", broken: [shop] });
    if (again.kind !== "breaks") throw new Error("nothing was listed");
    expect(again.broken.flatMap(({ apps }) => apps.map(({ id }) => id)).sort()).toEqual([appId, late].sort());
    expect(await rowOf(integrationId)).toEqual(before);
    const accepted = entry({ ...edit, acceptBreaks: again.acceptance });
    expect(await connectWithCredentials(desk.ctx, accepted)).toMatchObject({ kind: "stored" });
  });

  test("what broke less by the time of the click is accepted; a test that fails only then is not", async () => {
    const desk = await addDesk();
    const { integrationId, path, url } = await connected(desk);
    host.addRepository(`${path}/shop`, { "index.html": "one" });
    await addBoundApp(desk, { integrationId, repository: `${url}/shop` });
    const edit = { integrationId, url: "", testWith: "site" };
    const closed =
      (name: string): typeof host.before =>
      (request, response) => {
        if (!request.url?.includes(name)) return false;
        response.writeHead(403).end();
        return true;
      };
    host.before = closed("/shop");
    const listed = await connectWithCredentials(desk.ctx, entry(edit));
    const acceptBreaks = listed.kind === "breaks" ? listed.acceptance : "";
    host.before = closed(path);
    expect(await connectWithCredentials(desk.ctx, entry({ ...edit, acceptBreaks }))).toMatchObject({
      kind: "failed",
    });
    const both = await connectWithCredentials(desk.ctx, entry({ ...edit, saveAnyway: "yes" }));
    if (both.kind !== "breaks") throw new Error("nothing was listed");
    const accepted = entry({ ...edit, acceptBreaks: both.acceptance });
    expect(await connectWithCredentials(desk.ctx, accepted)).toMatchObject({ kind: "stored" });
    host.before = null;
    expect(await connectWithCredentials(desk.ctx, entry({ ...edit, acceptBreaks }))).toMatchObject({
      kind: "stored",
    });
  });

  test("keeps the address whatever is sent, and finds nothing in another project", async () => {
    const [desk, other] = [await addDesk(), await addDesk()];
    const { integrationId, url } = await connected(desk);
    const edit = entry({ integrationId, url: "https://evil.example/x", testWith: "site" });
    await connectWithCredentials(desk.ctx, edit);
    expect(await rowOf(integrationId)).toMatchObject({ origin: host.origin, accountId: url });
    await expect(connectWithCredentials(other.ctx, edit)).rejects.toMatchObject({ code: "not_found" });
  });
});

test("removing it erases the token here, revokes nothing, and says where that has to be done", async () => {
  const desk = await addDesk();
  const { integrationId } = await connected(desk, { hostKind: "gitea" });
  const url = `${host.origin}/user/settings/applications`;
  expect((await removalImpact(desk.ctx, integrationId)).token).toEqual({
    kind: "by_hand",
    host: new URL(host.origin).host,
    url,
  });
  const row = await rowOf(integrationId);
  await removeIntegration(desk.ctx, { integrationId, confirmName: row?.accountLogin ?? "" });
  expect(await db().select().from(cleanups).where(eq(cleanups.integrationId, integrationId))).toEqual([]);
  expect(await db().select().from(credentials).where(eq(credentials.integrationId, integrationId))).toEqual(
    [],
  );
  expect(await rowOf(integrationId)).toMatchObject({ status: "removed" });
  const receipt = await getReceipt(desk.ctx, integrationId);
  expect(receipt.steps.at(-1)).toMatchObject({
    id: "token",
    state: "undone",
    byHand: expect.stringContaining(url),
  });
  const use = {
    projectId: desk.projectId,
    integrationId,
    purpose: "test",
    actor: desk.ctx.actor,
    record: false,
  };
  await expect(withCredential(use, async () => "used")).rejects.toMatchObject({
    code: "integration_removed",
  });
});
