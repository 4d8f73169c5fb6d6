import { describe, expect, it } from "vitest";
import type { FaultAction } from "@/e2e/forge/faults/fault";
import { call, cloneUrl, git, startReceiver, useForge } from "@/e2e/forge/testing/start";

const { forge, folder } = useForge("demo");

async function order(
  path: string,
  action: FaultAction,
  rest: { method?: string; count?: number; skip?: number } = {},
) {
  const { method, ...times } = rest;
  await forge().admin.fault({ match: { path, ...(method ? { method } : {}) }, action, ...times });
}

async function user(): Promise<Response> {
  const { token } = await forge().admin.issueToken("octocat");
  return fetch(`${forge().apiUrl}/user`, {
    headers: { authorization: `Bearer ${token}` },
    redirect: "manual",
  });
}

describe("answers", () => {
  it("can be errors, rate limits, pages, redirects; once, and then all is well", async () => {
    await order("/api/v3/user", { kind: "status", status: 502 });
    await order("/api/v3/user", { kind: "rate_limit", resetSeconds: 30 }, { skip: 1 });
    await order(
      "/api/v3/user",
      { kind: "rate_limit", secondary: true, status: 429, retryAfterSeconds: 7 },
      { skip: 2 },
    );
    await order("/api/v3/user", { kind: "html" }, { skip: 3 });
    await order("/api/v3/user", { kind: "redirect", location: "https://elsewhere.example/" }, { skip: 4 });
    expect((await user()).status).toBe(502);
    const limited = await user();
    expect([limited.status, limited.headers.get("x-ratelimit-remaining")]).toEqual([403, "0"]);
    const secondary = await user();
    expect([secondary.status, secondary.headers.get("retry-after")]).toEqual([429, "7"]);
    expect((await user()).headers.get("content-type")).toContain("text/html");
    expect((await user()).headers.get("location")).toBe("https://elsewhere.example/");
    expect((await user()).status).toBe(200);
  });

  it("can be late, cut in the middle, or not come at all", async () => {
    await order("/api/v3/user", { kind: "delay", ms: 300 });
    const started = performance.now();
    expect((await user()).status).toBe(200);
    expect(performance.now() - started).toBeGreaterThan(290);
    await order("/api/v3/user", { kind: "truncate", bytes: 20 });
    await expect(user().then((answer) => answer.text())).rejects.toThrow();
    await order("/api/v3/user", { kind: "drop", when: "before" });
    await expect(user()).rejects.toThrow();
  });

  it("can get lost after the work was done", async () => {
    const client = await forge().admin.registerClient({
      type: "github_app",
      callback: "http://localhost/cb",
    });
    const { refreshToken } = await forge().admin.issueToken("mona", [], client.clientId);
    const refresh = () =>
      fetch(`${forge().url}/login/oauth/access_token`, {
        method: "POST",
        headers: { accept: "application/json" },
        body: new URLSearchParams({
          client_id: client.clientId,
          client_secret: client.clientSecret,
          grant_type: "refresh_token",
          refresh_token: refreshToken ?? "",
        }),
      });
    await order("/login/oauth/access_token", { kind: "drop", when: "after" });
    await expect(refresh()).rejects.toThrow();
    expect(await forge().admin.tokens({ clientId: client.clientId, active: true })).toHaveLength(1);
    expect(await (await refresh()).json()).toMatchObject({ error: "bad_refresh_token" });
  });

  it("meet only the method and path that are named", async () => {
    await order("/api/v3/repos/*/*/hooks", { kind: "refuse_hook", reason: "unreachable" });
    const { token } = await forge().admin.issueToken("octocat");
    const path = "/repos/octocat/hello-static/hooks";
    const refused = await call(forge(), token, "POST", path, { config: { url: "http://127.0.0.1:9/" } });
    expect(refused.status).toBe(422);
    expect(refused.body.errors[0].message).toMatch(/isn't reachable over the public Internet/);
    expect((await call(forge(), token, "GET", "/user")).status).toBe(200);
  });

  it("can take the token with them", async () => {
    const { token } = await forge().admin.issueToken("octocat", ["repo"]);
    await order("/api/v3/user", { kind: "reduce_scopes", scopes: ["read:org"] });
    expect((await call(forge(), token, "GET", "/user")).headers.get("x-oauth-scopes")).toBe("read:org");
    await order("/api/v3/user", { kind: "revoke_token" });
    expect((await call(forge(), token, "GET", "/user")).status).toBe(401);
    expect((await call(forge(), token, "GET", "/user")).status).toBe(401);
  });

  it("reach git as well: a push whose answer is lost has happened", async () => {
    const { admin } = forge();
    await admin.createRepository({ owner: "octocat", name: "lost-answer" });
    await git(folder(), "clone", "-q", cloneUrl(forge(), "octocat/lost-answer", "octocat:octocat"), "lost");
    const directory = `${folder()}/lost`;
    await git(directory, "commit", "-q", "--allow-empty", "-m", "Try");
    await order("/octocat/lost-answer.git/git-receive-pack", { kind: "drop", when: "after" });
    await expect(git(directory, "push", "-q")).rejects.toThrow();
    expect(await admin.headOf("octocat/lost-answer")).toBe(
      (await git(directory, "rev-parse", "HEAD")).trim(),
    );
    await order("/octocat/lost-answer.git/**", { kind: "truncate", bytes: 30 });
    await expect(git(directory, "fetch", "-q")).rejects.toThrow();
  });
});

describe("deliveries", () => {
  async function pushes(name: string, faults: FaultAction[], count: number) {
    const { admin } = forge();
    await admin.createRepository({ owner: "octocat", name });
    const receiver = await startReceiver();
    const { token } = await admin.issueToken("octocat", ["repo"]);
    const config = { url: receiver.url, content_type: "json", secret: "s" };
    await call(forge(), token, "POST", `/repos/octocat/${name}/hooks`, { config });
    await admin.deliveriesIdle();
    receiver.received.length = 0;
    for (const action of faults) await admin.fault({ match: { path: "delivery", method: "push" }, action });
    const shas: string[] = [];
    for (let at = 0; at < count; at += 1) {
      shas.push(await admin.commitFiles(`octocat/${name}`, "main", { "n.txt": `${at}` }));
      await admin.deliveriesIdle();
    }
    receiver.close();
    const after = receiver.received.map((one) => shas.indexOf(JSON.parse(one.bytes.toString()).after));
    return { received: receiver.received, after };
  }

  it("can be lost, doubled under one id, and change places", async () => {
    expect((await pushes("d-lose", [{ kind: "lose" }], 2)).after).toEqual([1]);
    const doubled = await pushes("d-duplicate", [{ kind: "duplicate" }], 1);
    const ids = doubled.received.map((one) => one.headers["x-github-delivery"]);
    expect([doubled.after, new Set(ids).size]).toEqual([[0, 0], 1]);
    expect((await pushes("d-reorder", [{ kind: "reorder" }], 2)).after).toEqual([1, 0]);
  });

  it("can be changed on the way, or come without a signature", async () => {
    expect((await pushes("d-tamper", [{ kind: "tamper" }], 1)).after).toEqual([-1]);
    const [unsigned] = (await pushes("d-unsigned", [{ kind: "unsigned" }], 1)).received;
    expect(unsigned?.headers).not.toHaveProperty("x-hub-signature-256");
  });

  it("can be sent again by hand, under the same id and with the same bytes", async () => {
    const { admin } = forge();
    await pushes("d-again", [], 1);
    const [push] = await admin.deliveries({ repository: "octocat/d-again", event: "push" });
    await admin.redeliver(push?.id ?? 0);
    await admin.deliveriesIdle();
    const all = await admin.deliveries({ repository: "octocat/d-again", event: "push" });
    expect(all.map((one) => [one.guid, one.redelivery])).toEqual([
      [push?.guid, false],
      [push?.guid, true],
    ]);
    // Nobody listens any more: the attempt is recorded with what went wrong.
    expect(all[1]).toMatchObject({ statusCode: 0, status: "failed to connect to host" });
  });

  it("record what the receiver answered", async () => {
    const { admin } = forge();
    const receiver = await startReceiver(503);
    await admin.createRepository({ owner: "octocat", name: "d-answer" });
    const { token } = await admin.issueToken("octocat", ["repo"]);
    await call(forge(), token, "POST", "/repos/octocat/d-answer/hooks", { config: { url: receiver.url } });
    await admin.deliveriesIdle();
    receiver.close();
    const [ping] = await admin.deliveries({ repository: "octocat/d-answer" });
    expect(ping).toMatchObject({ event: "ping", statusCode: 503, responseBody: "received" });
    const [hook] = await admin.hooks("octocat/d-answer");
    expect(hook?.lastResponse).toMatchObject({ code: 503 });
    const body = receiver.received[0]?.bytes.toString() ?? "";
    expect(JSON.parse(new URLSearchParams(body).get("payload") ?? "{}").hook_id).toBe(hook?.id);
  });
});
