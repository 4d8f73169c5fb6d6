import { createHmac } from "node:crypto";
import { writeFileSync } from "node:fs";
import { request } from "node:https";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { startForge } from "@/e2e/forge";
import { git, startReceiver, useForge } from "@/e2e/forge/testing/start";
import { PLAIN_KINDS, type PlainKind } from "./kinds";

const { forge, folder } = useForge("demo", { gitlab: 0, gitea: 0, bitbucket: 0 });
const NOTES = "tidepool/private-notes";

type Sent = { method?: string; headers?: Record<string, string>; body?: unknown };

/** One call over TLS, by a client that trusts the forge's authority and nothing else. */
function call(kind: PlainKind, path: string, sent: Sent = {}) {
  const { plain } = forge();
  const options = {
    method: sent.method ?? "GET",
    ca: plain.ca,
    headers: sent.headers,
    agent: false as const,
  };
  return new Promise<{ status: number; body: string; json: unknown }>((resolve, reject) => {
    const call = request(`${plain.urls[kind]}${path}`, options, async (response) => {
      const body = Buffer.concat(await response.toArray()).toString();
      resolve({
        status: response.statusCode ?? 0,
        body,
        json: body.startsWith("{") || body.startsWith("[") ? JSON.parse(body) : null,
      });
    });
    call.on("error", reject);
    call.end(sent.body === undefined ? undefined : JSON.stringify(sent.body));
  });
}

let caFile = "";
beforeAll(() => {
  caFile = join(folder(), "ca.pem");
  writeFileSync(caFile, forge().plain.ca);
});

const withUser = async (kind: PlainKind, name: string, user: string, password: string) => {
  const url = new URL(await forge().admin.hostCloneUrl(kind, name));
  url.username = encodeURIComponent(user);
  url.password = encodeURIComponent(password);
  return url.href;
};
/** With a token of one repository: in Bitbucket's way it goes without a name. */
const readAsToken = async (kind: PlainKind, token: string) => {
  if (kind !== "bitbucket") return await read(kind, "anything", token);
  const header = `http.extraHeader=Authorization: Bearer ${token}`;
  const trust = ["-c", `http.sslCAInfo=${caFile}`, "-c", header];
  return await git(folder(), ...trust, "ls-remote", await forge().admin.hostCloneUrl(kind, NOTES));
};
const read = async (kind: PlainKind, user: string, password: string) =>
  git(folder(), "-c", `http.sslCAInfo=${caFile}`, "ls-remote", await withUser(kind, NOTES, user, password));

describe.each(PLAIN_KINDS)("a host like %s", (kind) => {
  it("is trusted through its own authority only", async () => {
    const url = await withUser(kind, NOTES, "mona", "mona");
    await expect(git(folder(), "ls-remote", url)).rejects.toThrow(/certificate/i);
  });

  it("opens a private repository for a member's token or password, and for nobody else", async () => {
    const { admin } = forge();
    const { token } = await admin.issueHostToken({ kind, login: "mona", repository: NOTES });
    expect(await readAsToken(kind, token)).toContain("refs/heads/main");
    if (kind === "bitbucket") await expect(read(kind, "x-token-auth", token)).rejects.toThrow(/failed/);
    expect(await read(kind, "mona", "mona")).toContain("refs/heads/main");
    await expect(read(kind, "mona", "wrong")).rejects.toThrow(/Authentication failed/);
    const other = await admin.issueHostToken({ kind, login: "mona", repository: "octocat/hello-static" });
    await expect(readAsToken(kind, other.token)).rejects.toThrow(/not found/);
    await admin.revokeHostToken(token);
    const refused = /Authentication failed|could not read Username/;
    await expect(readAsToken(kind, token)).rejects.toThrow(refused);
    const elsewhere = PLAIN_KINDS.find((one) => one !== kind) ?? "gitlab";
    const foreign = await admin.issueHostToken({ kind: elsewhere, login: "mona" });
    await expect(read(kind, "mona", foreign.token)).rejects.toThrow(/Authentication failed/);
  });

  it("takes a deploy token under its own user name only, and an expired one not at all", async () => {
    const { admin } = forge();
    const deploy = await admin.issueHostToken({ kind, login: "mona", user: "gitlab+deploy-token-1" });
    expect(await read(kind, "gitlab+deploy-token-1", deploy.token)).toContain("refs/heads/main");
    await expect(read(kind, "mona", deploy.token)).rejects.toThrow(/Authentication failed/);
    await admin.expireHostToken(deploy.token, -1);
    await expect(read(kind, "gitlab+deploy-token-1", deploy.token)).rejects.toThrow(/Authentication failed/);
  });

  it("misbehaves on order, by a path of its own", async () => {
    const { admin } = forge();
    await admin.fault({ match: { path: `/@${kind}/**` }, action: { kind: "status", status: 503 } });
    await expect(read(kind, "mona", "mona")).rejects.toThrow(/503/);
    expect(await read(kind, "mona", "mona")).toContain("refs/heads/main");
  });
});

describe("webhooks", () => {
  it("are delivered for a real push, signed in each host's way", async () => {
    const { admin } = forge();
    const { fullName } = await admin.createRepository({
      owner: "octocat",
      name: "announced",
      files: { a: "1" },
    });
    const receiver = await startReceiver();
    const secret = "a secret of this test";
    for (const kind of PLAIN_KINDS) await admin.addHostHook(kind, fullName, { url: receiver.url, secret });
    const { token } = await admin.issueHostToken({ kind: "gitea", login: "octocat" });
    const clone = join(folder(), "announced");
    const url = await withUser("gitea", fullName, "octocat", token);
    await git(folder(), "-c", `http.sslCAInfo=${caFile}`, "clone", "-q", url, clone);
    writeFileSync(join(clone, "a"), "2");
    await git(clone, "commit", "-qam", "Second");
    await git(clone, "tag", "v1");
    await git(clone, "-c", `http.sslCAInfo=${caFile}`, "push", "-q", "origin", "main", "v1");
    await admin.deliveriesIdle();
    receiver.close();
    const events = receiver.received.map(
      ({ headers }) => headers["x-gitlab-event"] ?? headers["x-gitea-event"] ?? headers["x-event-key"],
    );
    expect(events.sort()).toEqual([
      "Push Hook",
      "Tag Push Hook",
      "create",
      "push",
      "push",
      "repo:refs_changed",
    ]);
    for (const { headers, bytes } of receiver.received) {
      const hex = createHmac("sha256", secret).update(bytes).digest("hex");
      if (headers["x-gitlab-event"]) expect(headers["x-gitlab-token"]).toBe(secret);
      else if (headers["x-gitea-event"]) expect(headers["x-gitea-signature"]).toBe(hex);
      else expect(headers["x-hub-signature"]).toBe(`sha256=${hex}`);
    }
    const together = receiver.received.find(({ headers }) => headers["x-event-key"]);
    expect(JSON.parse(together?.bytes.toString() ?? "").changes).toHaveLength(2);
  });
});

describe("the API of GitLab", () => {
  const path = `/api/v4/projects/${encodeURIComponent(NOTES)}/hooks`;
  const as = (token: string) => ({ "private-token": token });

  it("is for tokens of that scope: others hear 403, wrong ones 401, strangers 404", async () => {
    const { admin } = forge();
    const good = await admin.issueHostToken({ kind: "gitlab", login: "octocat" });
    const narrow = await admin.issueHostToken({
      kind: "gitlab",
      login: "octocat",
      scopes: ["read_repository"],
    });
    const deploy = await admin.issueHostToken({ kind: "gitlab", login: "octocat", user: "deploy" });
    const stranger = await admin.createUser({ login: "gitlab-stranger" });
    const foreign = await admin.issueHostToken({ kind: "gitlab", login: stranger.login });
    const status = async (token: string) => (await call("gitlab", path, { headers: as(token) })).status;
    expect(await status(good.token)).toBe(200);
    expect([await status(narrow.token), await status(deploy.token), await status("glpat-x")]).toEqual([
      403, 401, 401,
    ]);
    expect([await status(foreign.token), (await call("gitlab", path)).status]).toEqual([404, 401]);
  });

  it("keeps a hook and its signing token, and shows neither secret again", async () => {
    const { token } = await forge().admin.issueHostToken({ kind: "gitlab", login: "octocat" });
    const signing_token = `whsec_${Buffer.alloc(32, 7).toString("base64")}`;
    const body = { url: "http://127.0.0.1:9/x", token: "plain secret", signing_token, push_events: true };
    const made = await call("gitlab", path, { method: "POST", headers: as(token), body });
    expect(made).toMatchObject({ status: 201, json: { token_present: true, signing_token_present: true } });
    expect(made.body).not.toContain("plain secret");
    const { id } = made.json as { id: number };
    expect((await call("gitlab", `${path}/${id}`, { method: "DELETE", headers: as(token) })).status).toBe(
      204,
    );
    expect((await call("gitlab", `${path}/${id}`, { headers: as(token) })).status).toBe(404);
    const odd = { ...body, signing_token: "whsec_short" };
    expect((await call("gitlab", path, { method: "POST", headers: as(token), body: odd })).status).toBe(400);
  });
});

describe("the API of Gitea", () => {
  const path = `/api/v1/repos/${NOTES}/hooks`;

  it("takes a token or basic auth, and keeps a hook's secret through every edit", async () => {
    const { admin } = forge();
    const { token } = await admin.issueHostToken({ kind: "gitea", login: "octocat" });
    const headers = { authorization: `token ${token}` };
    const config = { url: "http://127.0.0.1:9/x", content_type: "json", secret: "first" };
    const body = { type: "gitea", active: true, events: ["push"], config };
    const made = await call("gitea", path, { method: "POST", headers, body });
    const { id } = made.json as { id: number };
    await call("gitea", `${path}/${id}`, {
      method: "PATCH",
      headers,
      body: { config: { ...config, secret: "second" } },
    });
    expect(await admin.hostHooks("gitea", NOTES)).toMatchObject([{ id, secret: "first" }]);
    const basic = { authorization: `Basic ${Buffer.from(`octocat:${token}`).toString("base64")}` };
    expect((await call("gitea", `${path}/${id}`, { method: "DELETE", headers: basic })).status).toBe(204);
    expect((await call("gitea", path)).status).toBe(404);
  });
});

it("a host's state survives a restart, the authority that people trust included", async () => {
  const dataDir = join(folder(), "again");
  const first = await startForge({ dataDir, seed: "demo", plain: { gitlab: 0 } });
  const { token } = await first.admin.issueHostToken({ kind: "gitlab", login: "mona" });
  await first.close();
  const second = await startForge({ dataDir, plain: { gitlab: 0 } });
  expect(second.plain.ca).toBe(first.plain.ca);
  await second.admin.revokeHostToken(token);
  await second.close();
});
