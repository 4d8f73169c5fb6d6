import { beforeAll, describe, expect, it } from "vitest";
import { call, useForge } from "@/e2e/forge/testing/start";

const { forge } = useForge("demo");
let token: string;

beforeAll(async () => {
  token = (await forge().admin.issueToken("octocat")).token;
});

const get = (path: string, headers: Record<string, string> = {}, as: string | null = token) =>
  call(forge(), as, "GET", path, undefined, headers);

/** Follows rel="next" to the end, as a client should. */
async function walk(path: string): Promise<string[]> {
  const names: string[] = [];
  let next: string | undefined = path;
  while (next) {
    const answer = await get(next);
    expect(answer.status).toBe(200);
    names.push(...answer.body.map((one: { full_name?: string; name: string }) => one.full_name ?? one.name));
    const link: string | undefined = /<([^>]+)>; rel="next"/.exec(answer.headers.get("link") ?? "")?.[1];
    next = link?.slice(forge().apiUrl.length);
  }
  return names;
}

describe("lists", () => {
  it("of repositories go over several pages, without gap or repetition", async () => {
    const all = await walk("/user/repos?per_page=50");
    expect(all.length).toBeGreaterThan(120);
    expect(new Set(all).size).toBe(all.length);
    expect(all).toContain("lighthouse/empty-shell");
  });

  it("of branches go over several pages", async () => {
    expect(await walk("/repos/tidepool/many-branches/branches?per_page=100")).toHaveLength(151);
  });

  it("name the pages around them", async () => {
    const link = (await get("/user/repos?per_page=50&page=2")).headers.get("link") ?? "";
    expect([...link.matchAll(/rel="(\w+)"/g)].map((one) => one[1])).toEqual([
      "prev",
      "next",
      "last",
      "first",
    ]);
    expect((await get("/user/repos?per_page=1000")).body).toHaveLength(100);
    expect((await get("/user/repos?page=99")).body).toEqual([]);
  });

  it("are sorted and filtered as asked", async () => {
    const pushed = (await get("/user/repos?sort=pushed&per_page=100")).body;
    const times = pushed.map((one: { pushed_at: string }) => one.pushed_at);
    expect(times).toEqual([...times].sort().reverse());
    const own = (await get("/user/repos?affiliation=owner&per_page=100")).body;
    expect(own.every((one: { owner: { login: string } }) => one.owner.login === "octocat")).toBe(true);
    const hidden = (await get("/user/repos?visibility=private&per_page=100")).body;
    expect(hidden.length).toBeGreaterThan(5);
    expect(hidden.every((one: { private: boolean }) => one.private)).toBe(true);
    expect((await get("/user/repos?type=owner&affiliation=owner")).status).toBe(422);
  });
});

describe("search", () => {
  const names = async (q: string) =>
    (await get(`/search/repositories?q=${encodeURIComponent(q)}&per_page=100`)).body.items.map(
      (one: { full_name: string }) => one.full_name,
    );

  it("finds by a part of the name in the accounts that are named", async () => {
    const found = await names("storef org:tidepool user:octocat in:name fork:true");
    expect(found).toEqual(["tidepool/storefront"]);
  });

  it("leaves forks out unless asked for", async () => {
    expect(await names("spoon user:octocat")).toEqual([]);
    expect(await names("spoon user:octocat fork:true")).toEqual(["octocat/spoon-fork"]);
  });

  it("shows private repositories only to who may see them", async () => {
    expect(await names("private-notes org:tidepool")).toEqual(["tidepool/private-notes"]);
    const answer = await get("/search/repositories?q=private-notes", {}, null);
    expect(answer.body.total_count).toBe(0);
  });

  it("refuses an empty question and accounts that do not exist", async () => {
    expect((await get("/search/repositories?q=")).status).toBe(422);
    expect((await get("/search/repositories?q=x+user:nobody-here")).status).toBe(422);
  });
});

describe("conditional requests", () => {
  it("answer 304 for what is known, free of charge, until something changes", async () => {
    const path = "/repos/octocat/hello-static/git/matching-refs/heads/main";
    const first = await get(path);
    const known = { "if-none-match": first.headers.get("etag") ?? "" };
    const used = async () => (await get("/rate_limit")).body.resources.core.used;
    const before = await used();
    const again = await get(path, known);
    expect(again.status).toBe(304);
    expect(again.body).toBeNull();
    expect(await used()).toBe(before);
    await forge().admin.commitFiles("octocat/hello-static", "main", { "etag.txt": "1" });
    const changed = await get(path, known);
    expect(changed.status).toBe(200);
    expect(changed.body[0].object.sha).not.toBe(first.body[0].object.sha);
    expect(await used()).toBe(before + 1);
  });
});

describe("limits", () => {
  it("end in 403 with the time when they end, for this token only", async () => {
    await forge().admin.setRateLimits({ core: 2 });
    const { token: own } = await forge().admin.issueToken("octocat");
    await get("/user", {}, own);
    const second = await get("/user", {}, own);
    expect(second.headers.get("x-ratelimit-remaining")).toBe("0");
    const third = await get("/user", {}, own);
    expect(third.status).toBe(403);
    expect(third.body.message).toMatch(/^API rate limit exceeded for user ID \d+\.$/);
    expect(Number(third.headers.get("x-ratelimit-reset"))).toBeGreaterThan(Date.now() / 1000);
    expect((await get("/rate_limit", {}, own)).status).toBe(200);
    await forge().admin.setRateLimits({ core: 5000 });
    expect((await get("/user", {}, own)).status).toBe(200);
  });
});

describe("scopes", () => {
  it("narrow what a token reaches, and are named in the headers", async () => {
    const { token: narrow } = await forge().admin.issueToken("octocat", ["public_repo"]);
    const visible = await get("/user/repos?visibility=private", {}, narrow);
    expect(visible.body).toEqual([]);
    expect(visible.headers.get("x-oauth-scopes")).toBe("public_repo");
    expect(visible.headers.get("x-accepted-oauth-scopes")).toContain("repo");
    expect((await get("/user/orgs", {}, narrow)).status).toBe(403);
    expect((await get("/repos/tidepool/private-notes", {}, narrow)).status).toBe(404);
    expect((await get("/repos/octocat/hello-static/hooks", {}, narrow)).status).toBe(404);
  });

  it("hooks of public repositories need admin:repo_hook only; a plain member has no right to them", async () => {
    const { token: hooks } = await forge().admin.issueToken("octocat", ["public_repo", "admin:repo_hook"]);
    expect((await get("/repos/octocat/hello-static/hooks", {}, hooks)).status).toBe(200);
    const { token: member } = await forge().admin.issueToken("mona", ["repo"]);
    expect((await get("/repos/lighthouse/old-lamp/hooks", {}, member)).status).toBe(404);
  });

  it("taken away take effect at once", async () => {
    const { token: shrinking } = await forge().admin.issueToken("octocat", ["repo"]);
    await forge().admin.reduceScopes(shrinking, []);
    const answer = await get("/repos/tidepool/private-notes", {}, shrinking);
    expect([answer.status, answer.headers.get("x-oauth-scopes")]).toEqual([404, ""]);
  });

  it("a suspended person is told so", async () => {
    await forge().admin.createUser({ login: "gone" });
    const { token: theirs } = await forge().admin.issueToken("gone");
    await forge().admin.suspendUser("gone");
    expect((await get("/user", {}, theirs)).body.message).toBe("Sorry. Your account was suspended.");
  });
});

describe("hooks are refused", () => {
  const path = "/repos/octocat/hello-static/hooks";
  const order = (url: string, events = ["push"]) => ({ config: { url, content_type: "json" }, events });
  const message = async (body: unknown) => {
    const answer = await call(forge(), token, "POST", path, body);
    expect(answer.status).toBe(422);
    return answer.body.errors?.[0]?.message ?? answer.body.message;
  };

  it("when the same one is there, when the address is missing or wrong, when an event is unknown", async () => {
    const created = await call(forge(), token, "POST", path, order("http://127.0.0.1:9/one"));
    expect(created.status).toBe(201);
    expect(await message(order("http://127.0.0.1:9/one"))).toBe("Hook already exists on this repository");
    expect(await message({ events: ["push"] })).toBe("Validation Failed");
    expect(await message(order("ftp://x/"))).toMatch(/not a valid/);
    expect(await message(order("http://127.0.0.1:9/two", ["no_such_event"]))).toMatch(/Invalid event/);
    await call(forge(), token, "DELETE", `${path}/${created.body.id}`);
  });

  it("when the address is not public, if that is ordered", async () => {
    await forge().admin.setPolicy({ hookTargets: "public" });
    for (const url of [
      "http://127.0.0.1:9/a",
      "http://localhost:9/a",
      "http://10.0.0.1/a",
      "http://[::1]/a",
    ]) {
      expect(await message(order(url))).toMatch(/isn't reachable over the public Internet/);
    }
    await forge().admin.setPolicy({ hookTargets: "any" });
  });

  it("not for JSON that cannot be read: that is 400", async () => {
    const answer = await fetch(`${forge().apiUrl}${path}`, {
      method: "POST",
      headers: { authorization: `Bearer ${token}` },
      body: "{",
    });
    expect(answer.status).toBe(400);
  });
});

it("an archived repository refuses a hook, an unknown route is 404", async () => {
  const body = { config: { url: "http://127.0.0.1:9/" } };
  expect((await call(forge(), token, "POST", "/repos/lighthouse/old-lamp/hooks", body)).status).toBe(403);
  expect((await get("/no/such/route")).body.message).toBe("Not Found");
});
