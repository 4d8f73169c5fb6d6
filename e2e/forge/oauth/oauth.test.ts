import { createHash, randomBytes } from "node:crypto";
import { beforeAll, describe, expect, it } from "vitest";
import type { ClientInfo } from "@/e2e/forge/admin/admin";
import { call, startReceiver, useForge } from "@/e2e/forge/testing/start";

const { forge } = useForge("demo");
const CALLBACK = "http://localhost:4000/api/integrations/one/callback";

let client: ClientInfo;
let app: ClientInfo;

beforeAll(async () => {
  client = await forge().admin.registerClient({ callback: CALLBACK });
  app = await forge().admin.registerClient({ type: "github_app", callback: CALLBACK });
});

function pkce() {
  const verifier = randomBytes(32).toString("base64url");
  const challenge = createHash("sha256").update(verifier).digest("base64url");
  return { verifier, query: { code_challenge: challenge, code_challenge_method: "S256" } };
}

function authorizeUrl(query: Record<string, string>, of: ClientInfo = client): string {
  const all = {
    client_id: of.clientId,
    redirect_uri: CALLBACK,
    state: "s1",
    scope: "repo read:org",
    ...query,
  };
  return `${forge().url}/login/oauth/authorize?${new URLSearchParams(all)}`;
}

/** What a person does on the consent page: reads its form and sends it. */
async function decide(url: string, fields: Record<string, string | string[]>): Promise<URL> {
  const page = await (await fetch(url)).text();
  const request = /name="request" value="([^"]*)"/.exec(page)?.[1]?.replaceAll("&#38;", "&") ?? "";
  const form = new URLSearchParams({ request });
  for (const [name, value] of Object.entries(fields))
    for (const one of [value].flat()) form.append(name, one);
  const answer = await fetch(`${forge().url}/login/oauth/authorize`, {
    method: "POST",
    body: form,
    redirect: "manual",
  });
  expect(answer.status).toBe(302);
  return new URL(answer.headers.get("location") ?? "");
}

async function consent(query: Record<string, string> = {}, of: ClientInfo = client): Promise<string> {
  const scope = (query.scope ?? "repo read:org").split(" ");
  const back = await decide(authorizeUrl(query, of), { account: "octocat", scope, decision: "authorize" });
  return back.searchParams.get("code") ?? "";
}

async function token(
  parameters: Record<string, string>,
  of: ClientInfo = client,
): Promise<Record<string, string>> {
  const body = new URLSearchParams({ client_id: of.clientId, client_secret: of.clientSecret, ...parameters });
  const answer = await fetch(`${forge().url}/login/oauth/access_token`, {
    method: "POST",
    headers: { accept: "application/json" },
    body,
  });
  expect(answer.status).toBe(200);
  return (await answer.json()) as Record<string, string>;
}

describe("an OAuth App", () => {
  it("gets a token for a code, with PKCE, once", async () => {
    const { verifier, query } = pkce();
    const back = await decide(authorizeUrl(query), {
      account: "octocat",
      scope: ["repo", "read:org"],
      decision: "authorize",
    });
    expect(`${back.origin}${back.pathname}`).toBe(CALLBACK);
    expect(back.searchParams.get("state")).toBe("s1");
    const code = back.searchParams.get("code") ?? "";
    const got = await token({ code, code_verifier: verifier, redirect_uri: CALLBACK });
    expect(got).toMatchObject({ token_type: "bearer", scope: "read:org,repo" });
    expect(got.access_token).toMatch(/^gho_[A-Za-z0-9]{36}$/);
    expect(got).not.toHaveProperty("expires_in");
    const answer = await call(forge(), got.access_token ?? "", "GET", "/user");
    expect(answer.body.login).toBe("octocat");
    expect(answer.headers.get("x-oauth-scopes")).toBe("read:org, repo");
    expect((await token({ code, code_verifier: verifier })).error).toBe("bad_verification_code");
  });

  it("gets nothing with a wrong or a missing verifier, and the code is spent", async () => {
    for (const wrong of [{ code_verifier: pkce().verifier }, {}]) {
      const { verifier, query } = pkce();
      const code = await consent(query);
      expect((await token({ code, ...wrong })).error).toBe("bad_verification_code");
      expect((await token({ code, code_verifier: verifier })).error).toBe("bad_verification_code");
    }
  });

  it("gets one token for one code, however many ask at once", async () => {
    const code = await consent();
    const answers = await Promise.all(Array.from({ length: 20 }, () => token({ code })));
    expect(answers.filter((answer) => answer.access_token).length).toBe(1);
  });

  it("hears errors inside status 200", async () => {
    const code = await consent();
    expect((await token({ code, client_secret: "wrong" })).error).toBe("incorrect_client_credentials");
    expect((await token({ code, redirect_uri: "http://localhost/else" })).error).toBe(
      "redirect_uri_mismatch",
    );
    expect((await token({ grant_type: "password" })).error).toBe("unsupported_grant_type");
    expect((await token({ code: "nothing" })).error).toBe("bad_verification_code");
    expect((await token({ code }, { ...app })).error).toBe("bad_verification_code");
    expect((await token({ code })).access_token).toBeTruthy();
  });

  it("is answered as a form unless it accepts JSON, and 404 when it is unknown", async () => {
    const ask = (id: string) =>
      fetch(`${forge().url}/login/oauth/access_token`, {
        method: "POST",
        body: new URLSearchParams({ client_id: id, client_secret: client.clientSecret, code: "x" }),
      });
    expect(new URLSearchParams(await (await ask(client.clientId)).text()).get("error")).toBe(
      "bad_verification_code",
    );
    expect((await ask("nobody")).status).toBe(404);
  });

  it("may be granted less than it asked for", async () => {
    const fields = { account: "mona", scope: ["read:org"], decision: "authorize" };
    const back = await decide(authorizeUrl({}), fields);
    expect((await token({ code: back.searchParams.get("code") ?? "" })).scope).toBe("read:org");
  });

  it("never gets more than it asked for", async () => {
    const fields = { account: "mona", scope: ["read:org", "repo"], decision: "authorize" };
    const back = await decide(authorizeUrl({ scope: "read:org" }), fields);
    expect((await token({ code: back.searchParams.get("code") ?? "" })).scope).toBe("read:org");
  });

  it("hears that consent was denied", async () => {
    const back = await decide(authorizeUrl({}), { account: "octocat", decision: "cancel" });
    expect(back.searchParams.get("error")).toBe("access_denied");
    expect(back.searchParams.get("state")).toBe("s1");
    expect(back.searchParams.has("code")).toBe(false);
  });

  it("is sent back to its registered address when it names another", async () => {
    const wrong = ["http://localhost:4000/else", `${CALLBACK}/`, "https://evil.example/callback"];
    for (const uri of wrong) {
      const answer = await fetch(authorizeUrl({ redirect_uri: uri }), { redirect: "manual" });
      const back = new URL(answer.headers.get("location") ?? "");
      expect(`${back.origin}${back.pathname}`).toBe(CALLBACK);
      expect(back.searchParams.get("error")).toBe("redirect_uri_mismatch");
    }
    expect((await fetch(authorizeUrl({ client_id: "nobody" }), { redirect: "manual" })).status).toBe(404);
  });

  it("keeps ten tokens for each person and scope set; the oldest ends without a word", async () => {
    const ten = await forge().admin.registerClient({ callback: CALLBACK });
    const first = await forge().admin.issueToken("mona", ["repo"], ten.clientId);
    const other = await forge().admin.issueToken("mona", ["read:org"], ten.clientId);
    for (let count = 0; count < 10; count += 1)
      await forge().admin.issueToken("mona", ["repo"], ten.clientId);
    expect((await call(forge(), first.token, "GET", "/user")).status).toBe(401);
    expect((await call(forge(), other.token, "GET", "/user")).status).toBe(200);
    expect(await forge().admin.tokens({ clientId: ten.clientId, active: true })).toHaveLength(11);
  });

  it("finds a person who consented before sent straight back, unless it asks to choose", async () => {
    const cookieOf = async () => {
      const form = new URLSearchParams({ request: new URL(authorizeUrl({})).search.slice(1) });
      for (const [name, value] of Object.entries({ account: "octocat", decision: "authorize" }))
        form.set(name, value);
      for (const scope of ["repo", "read:org"]) form.append("scope", scope);
      const done = await fetch(`${forge().url}/login/oauth/authorize`, {
        method: "POST",
        body: form,
        redirect: "manual",
      });
      return done.headers.get("set-cookie")?.split(";")[0] ?? "";
    };
    const headers = { cookie: await cookieOf() };
    const again = await fetch(authorizeUrl({}), { headers, redirect: "manual" });
    expect(new URL(again.headers.get("location") ?? "").searchParams.has("code")).toBe(true);
    const more = await fetch(authorizeUrl({ scope: "repo read:org workflow" }), {
      headers,
      redirect: "manual",
    });
    const choose = await fetch(authorizeUrl({ prompt: "select_account" }), { headers, redirect: "manual" });
    expect([more.status, choose.status]).toEqual([200, 200]);
  });
});

describe("a GitHub App", () => {
  it("gets tokens that expire and rotate; the old ones end at once", async () => {
    const first = await token({ code: await consent({}, app) }, app);
    expect(first).toMatchObject({ expires_in: 28_800, refresh_token_expires_in: 15_897_600, scope: "" });
    expect(first.access_token).toMatch(/^ghu_/);
    const refresh = { grant_type: "refresh_token", refresh_token: first.refresh_token ?? "" };
    const second = await token(refresh, app);
    expect(second.access_token).toMatch(/^ghu_/);
    expect((await call(forge(), first.access_token ?? "", "GET", "/user")).status).toBe(401);
    expect((await call(forge(), second.access_token ?? "", "GET", "/user")).status).toBe(200);
  });

  it("loses the whole family when a used refresh token comes again", async () => {
    const reuses = await forge().admin.refreshReuses();
    const first = await token({ code: await consent({}, app) }, app);
    const refresh = { grant_type: "refresh_token", refresh_token: first.refresh_token ?? "" };
    const second = await token(refresh, app);
    expect((await token(refresh, app)).error).toBe("bad_refresh_token");
    expect((await call(forge(), second.access_token ?? "", "GET", "/user")).status).toBe(401);
    const third = { grant_type: "refresh_token", refresh_token: second.refresh_token ?? "" };
    expect((await token(third, app)).error).toBe("bad_refresh_token");
    expect(await forge().admin.refreshReuses()).toBe(reuses + 1);
  });

  it("cannot use a token or a refresh token that has expired", async () => {
    const got = await token({ code: await consent({}, app) }, app);
    await forge().admin.expireToken(got.access_token ?? "");
    expect((await call(forge(), got.access_token ?? "", "GET", "/user")).status).toBe(401);
    await forge().admin.expireToken(got.access_token ?? "", { refreshToo: true });
    const refresh = { grant_type: "refresh_token", refresh_token: got.refresh_token ?? "" };
    expect((await token(refresh, app)).error).toBe("bad_refresh_token");
  });

  it("reaches only where it is installed and permitted", async () => {
    const narrow = await forge().admin.registerClient({
      type: "github_app",
      callback: CALLBACK,
      permissions: { metadata: "read", contents: "read" },
      installedOn: [{ account: "tidepool", repositories: ["tidepool/private-notes"] }],
    });
    const { token: value } = await forge().admin.issueToken("octocat", [], narrow.clientId);
    expect((await call(forge(), value, "GET", "/repos/tidepool/private-notes")).status).toBe(200);
    expect((await call(forge(), value, "GET", "/repos/tidepool/private-notes/hooks")).status).toBe(403);
    await forge().admin.uninstallApp(narrow.clientId, "tidepool");
    expect((await call(forge(), value, "GET", "/repos/tidepool/private-notes")).status).toBe(404);
  });

  it("is told at its own webhook when a person takes back their consent", async () => {
    const receiver = await startReceiver();
    const told = await forge().admin.registerClient({
      type: "github_app",
      callback: CALLBACK,
      webhook: { url: receiver.url, secret: "app-secret" },
    });
    const { token: value } = await forge().admin.issueToken("mona", [], told.clientId);
    await forge().admin.revokeGrant("mona", told.clientId);
    await forge().admin.deliveriesIdle();
    receiver.close();
    const [event] = receiver.received;
    expect(event?.headers["x-github-event"]).toBe("github_app_authorization");
    expect(event?.headers["x-github-hook-installation-target-type"]).toBe("integration");
    const payload = JSON.parse(event?.bytes.toString() ?? "{}");
    expect(payload).toMatchObject({ action: "revoked", sender: { login: "mona" } });
    expect((await call(forge(), value, "GET", "/user")).status).toBe(401);
  });
});

describe("the consent page", () => {
  it("names the client, every account and every scope, and asks for no password", async () => {
    const page = await (await fetch(authorizeUrl({ login: "mona" }))).text();
    for (const part of [
      "Forge – sandbox Git host",
      "Skytells Console",
      "octocat",
      "read:org",
      "Authorize",
      "Cancel",
    ]) {
      expect(page).toContain(part);
    }
    expect(page).toMatch(/value="mona" checked/);
    expect(page).not.toContain('type="password"');
  });

  it("shows what a client sends as text, never as markup", async () => {
    const hostile = await forge().admin.registerClient({
      name: "<script>alert(1)</script>",
      callback: CALLBACK,
    });
    const page = await (await fetch(authorizeUrl({ state: '"><script>' }, hostile))).text();
    expect(page).not.toContain("<script>");
  });
});
