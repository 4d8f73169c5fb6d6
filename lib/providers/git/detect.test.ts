import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { authorization } from "@/lib/providers/git/authorization";
import { hooksOf } from "@/lib/providers/git/hooks";
import type { Grant, Host } from "@/lib/providers/provider";
import { Secret } from "@/lib/secret";
import { type GitHost, startGitHost } from "@/lib/testing/git-host";

process.env.EGRESS_ALLOW = "127.0.0.0/8, ::1";

let host: GitHost;
beforeAll(async () => {
  host = await startGitHost();
});
beforeEach(() => {
  host.requests.length = 0;
});
afterEach(() => {
  host.before = null;
});
afterAll(() => host.close());

const hostOf = (values: Partial<Host> = {}): Host => ({
  provider: "git",
  origin: host.origin,
  apiUrl: host.origin,
  caCertificate: host.ca,
  ...values,
});
type Answer = { status?: number; headers?: Record<string, string>; body?: unknown };

/** A host that answers at these paths; nothing is found elsewhere. */
function answering(answers: Record<string, Answer>): void {
  host.before = (request, response) => {
    request.resume();
    const answer = answers[request.url ?? ""];
    response.writeHead(answer ? (answer.status ?? 200) : 404, answer?.headers ?? {});
    response.end(answer ? JSON.stringify(answer.body ?? {}) : "no");
    return true;
  };
}
const find = (path = "/team/site", values: Partial<Host> = {}) =>
  authorization.findHost(hostOf(values), host.origin + path);

const GITLAB = { status: 401, body: { message: "401 Unauthorized" } };
const GITEA = { body: { version: "1.25.4" } };
const asksAs = (realm: string) => ({
  status: 401,
  headers: { "www-authenticate": `Basic realm="${realm}"` },
});
const door = (path: string) => `${path}.git/info/refs?service=git-upload-pack`;
const isAnonymous = () =>
  host.requests.every(({ authorization, token }) => authorization === undefined && token === undefined);

describe("which kind of host", () => {
  test("is told by its answers to anybody, and by well-known names; no credential is sent", async () => {
    const kindOf = async (answers: Record<string, Answer>) => {
      answering(answers);
      return (await find()).hostKind;
    };
    expect(await kindOf({ "/api/v4/version": GITLAB })).toBe("gitlab");
    expect(await kindOf({ "/api/v4/version": { headers: { "x-gitlab-meta": "{}" } } })).toBe("gitlab");
    expect(await kindOf({ "/api/v1/version": GITEA })).toBe("gitea");
    expect(
      await kindOf({ "/rest/api/1.0/application-properties": { body: { displayName: "Bitbucket" } } }),
    ).toBe("bitbucket_data_center");
    expect(await kindOf({ "/": { headers: { "set-cookie": "i_like_gogs=1; Path=/" } } })).toBe("gogs");
    expect(await kindOf({})).toBeNull();
    expect(isAnonymous()).toBe(true);
    const known = { origin: "https://gitlab.com" };
    expect(await authorization.findHost(hostOf(known), "https://gitlab.com/a/b")).toMatchObject({
      hostKind: "gitlab",
      apiPath: "",
    });
  });

  test("is asked for at each path above the repository, where the deepest answer counts", async () => {
    answering({
      "/api/v1/version": GITEA,
      "/git/lab/api/v4/version": GITLAB,
      [door("/git/lab/team/site")]: asksAs("GitLab"),
    });
    expect(await find("/git/lab/team/site")).toMatchObject({ hostKind: "gitlab", apiPath: "/git/lab" });
    expect(await find("/team/site")).toMatchObject({ hostKind: "gitea", apiPath: null });
  });

  test("is not mistaken below the root for what the root's application answers to everything", async () => {
    const everywhere = { "x-gitlab-meta": "{}", "set-cookie": "i_like_gogs=1; Path=/" };
    host.before = (request, response) => {
      const isApi = request.url === "/api/v4/version";
      response.writeHead(isApi ? 401 : 404, { ...everywhere, ...asksAs("GitLab").headers });
      response.end(isApi ? JSON.stringify(GITLAB.body) : "{}");
      return true;
    };
    expect(await find("/group/site")).toMatchObject({ hostKind: "gitlab" });
  });

  test("is told by a Gitea that shows nobody anything, too; a Gogs that says the same is none", async () => {
    const closed = { status: 403, body: { message: "Only signed in user is allowed to call APIs." } };
    answering({ "/forge/api/v1/version": closed, [door("/forge/team/site")]: asksAs("Gitea") });
    expect(await find("/forge/team/site")).toMatchObject({ hostKind: "gitea", apiPath: "/forge" });
    const headers = { "set-cookie": "i_like_gogs=1; Path=/" };
    answering({ "/api/v1/version": { ...closed, headers }, "/": { headers } });
    expect((await find()).hostKind).toBe("gogs");
    answering({ "/api/v1/version": { status: 403, body: { message: "Forbidden" } } });
    expect((await find()).hostKind).toBeNull();
  });

  test("that a person chose is the only one that is asked for", async () => {
    answering({ "/api/v4/version": GITLAB, [door("/team/site")]: asksAs("GitLab") });
    expect(await find("/team/site", { hostKind: "gitea" })).toMatchObject({
      hostKind: "gitea",
      apiPath: null,
    });
    expect(await find("/team/site", { hostKind: "gitlab" })).toMatchObject({
      hostKind: "gitlab",
      apiPath: "",
    });
    host.requests.length = 0;
    expect(await find("/team/site", { hostKind: "other" })).toMatchObject({
      hostKind: "other",
      apiPath: null,
    });
    expect(host.requests).toEqual([]);
  });
});

describe("an application", () => {
  const public_ = { http_url_to_repo: "http://inner.example/lab/team/site.git" };
  test.each<[string, Record<string, Answer>, string | null]>([
    ["keeps git's door at the repository", { [door("/lab/team/site")]: asksAs("GitLab") }, "/lab"],
    ["shows it to anybody", { "/lab/api/v4/projects/team%2Fsite": { body: public_ } }, "/lab"],
    [
      "shows another of that name",
      { "/lab/api/v4/projects/team%2Fsite": { body: { http_url_to_repo: "x" } } },
      null,
    ],
    ["leaves the door to another server", { [door("/lab/team/site")]: asksAs("git") }, null],
    ["does not know it", {}, null],
  ])("that %s", async (_name, more, apiPath) => {
    answering({ "/lab/api/v4/version": GITLAB, ...more });
    expect((await find("/lab/team/site")).apiPath).toBe(apiPath);
    expect(isAnonymous()).toBe(true);
  });

  const hiding: [string, Answer, boolean][] = [
    ["a gatekeeper", { status: 403, body: { message: "Forbidden" } }, true],
    ["a gatekeeper's login", { status: 302, headers: { location: "https://sso.example/login" } }, true],
    ["a login page", { status: 200, body: "Sign in" }, true],
    ["a limit", { status: 429 }, false],
    ["a proxy whose application is down", { status: 502 }, false],
  ];
  test.each(hiding)(
    "is not taken for one of its kind below it that %s hides, however that keeps its door",
    async (_name, hidden, isSure) => {
      answering({
        "/api/v1/version": GITEA,
        "/lab/api/v1/version": hidden,
        [door("/lab/team/site")]: asksAs("Gitea"),
      });
      expect(await find("/lab/team/site")).toEqual({ hostKind: "gitea", apiPath: null, isSure });
      answering({
        "/api/v4/version": GITLAB,
        "/lab/api/v4/version": hidden,
        [door("/lab/team/site")]: asksAs("GitLab"),
        "/api/v4/projects/lab%2Fteam%2Fsite": {
          body: { http_url_to_repo: `${host.origin}/lab/team/site.git` },
        },
      });
      expect(await find("/lab/team/site")).toEqual({ hostKind: "gitlab", apiPath: null, isSure });
      expect(isAnonymous()).toBe(true);
    },
  );

  test.each<[string, Answer, string | null]>([
    ["its words", { status: 401, body: { error: "You need to sign in or sign up before continuing." } }, ""],
    ["its header", { status: 401, headers: { "x-gitlab-meta": "{}" } }, ""],
    ["its page for that", { status: 302, headers: { location: "https://git.example/users/sign_in" } }, ""],
    ["that page, relative", { status: 302, headers: { location: "/users/sign_in" } }, ""],
    ["nothing of its own", { status: 401, headers: { "www-authenticate": "Basic" } }, null],
    ["another's page for that", { status: 302, headers: { location: "/group/users/sign_in" } }, null],
  ])("that asks to sign in for what is not there, by %s, hides no other", async (_name, answer, apiPath) => {
    answering({
      "/api/v4/version": GITLAB,
      "/group/api/v4/version": answer,
      [door("/group/site")]: asksAs("GitLab"),
    });
    expect(await find("/group/site")).toMatchObject({ hostKind: "gitlab", apiPath });
  });

  test("whose API is not called is known with its path, whatever is kept from anybody below it", async () => {
    const bitbucket = { body: { displayName: "Bitbucket" } };
    answering({
      "/code/rest/api/1.0/application-properties": bitbucket,
      "/code/scm/rest/api/1.0/application-properties": { status: 401 },
      "/code/scm/team/rest/api/1.0/application-properties": { status: 401 },
      "/code/scm/team/api/v4/version": { status: 401 },
    });
    const found = { hostKind: "bitbucket_data_center", apiPath: "/code" };
    expect(await find("/code/scm/team/site")).toMatchObject(found);
  });

  test("of another kind below hides nothing", async () => {
    answering({
      "/api/v1/version": GITEA,
      "/team/api/v4/version": { status: 401 },
      [door("/team/site")]: asksAs("Gitea"),
    });
    expect(await find("/team/site")).toMatchObject({ hostKind: "gitea", apiPath: "" });
  });

  test.each<[string, Record<string, string>, string | null]>([
    ["names itself without OAuth", asksAs("Gitea (Basic Auth)").headers, "/forge"],
    ["so does a Forgejo", asksAs("Forgejo (Basic Auth)").headers, "/forge"],
    ["sets its cookie for its own path", { "set-cookie": "i_like_gitea=1; Path=/forge; HttpOnly" }, "/forge"],
    ["sets it with a slash", { "set-cookie": "i_like_gitea=1; path=/forge/" }, "/forge"],
    [
      "is installed elsewhere",
      { "set-cookie": "i_like_gitea=1; Path=/forge/team", ...asksAs("Gitea").headers },
      null,
    ],
    ["is named alike only", asksAs("Gitealike").headers, null],
  ])("of the family of Gitea that %s", async (_name, headers, apiPath) => {
    answering({ "/forge/api/v1/version": GITEA, [door("/forge/team/site")]: { status: 401, headers } });
    expect(await find("/forge/team/site")).toMatchObject({ hostKind: "gitea", apiPath });
  });

  test.each(["Gitea", "Forgejo"])("of the family of %s proves itself alike", async (name) => {
    answering({ "/forge/api/v1/version": GITEA, [door("/forge/team/site")]: asksAs(name) });
    expect(await find("/forge/team/site")).toMatchObject({ hostKind: "gitea", apiPath: "/forge" });
    const body = { clone_url: "https://elsewhere.example/forge/team/site.git" };
    answering({ "/forge/api/v1/version": GITEA, "/forge/api/v1/repos/team/site": { body } });
    expect(await find("/forge/team/site")).toMatchObject({ hostKind: "gitea", apiPath: "/forge" });
  });

  test.each(["gitlab", "gitea"])(
    "like %s at the root of a host is sent no token for repositories that another server keeps below",
    async (hostKind) => {
      answering({
        "/api/v4/version": GITLAB,
        "/api/v1/version": GITEA,
        [door("/srv/site")]: asksAs("somebody else"),
      });
      const instance = hostOf({ hostKind, pathPrefix: "/srv" });
      const grant: Grant = { instance, user: "deploy", token: new Secret("not for the root") };
      const hooks = hooksOf(instance);
      if (hooks.kind !== "api") throw new Error("no API");
      const wanted = { address: "https://console.example/api/webhooks/git/1", secret: new Secret("s") };
      const id = `${host.origin}/srv/site`;
      await expect(hooks.createHook(grant, id, wanted)).rejects.toMatchObject({ reason: "no_api" });
      await expect(hooks.deleteHook(grant, id, "1")).rejects.toMatchObject({ reason: "no_api" });
      expect(await authorization.readExpiry(grant)).toBeNull();
      expect(isAnonymous()).toBe(true);
    },
  );

  test("that serves a repository beside those of the kept one is asked for it, once it has proved that; else nobody is", async () => {
    const instance = hostOf({ hostKind: "gitlab", apiPath: "/lab" });
    const grant: Grant = { instance, token: new Secret("t") };
    const hooks = hooksOf(instance);
    if (hooks.kind !== "api") throw new Error("no API");
    const find = (path: string) => hooks.findHook(grant, host.origin + path, "https://x");
    answering({
      "/lab/api/v4/version": GITLAB,
      "/other/api/v4/version": GITLAB,
      [door("/other/team/beside")]: asksAs("GitLab"),
      "/other/api/v4/projects/team%2Fbeside/hooks?per_page=100&page=1": { body: [] },
    });
    expect(await find("/other/team/beside")).toBeNull();
    expect(host.requests.filter(({ token }) => token).map(({ line }) => line)).toEqual([
      "GET /other/api/v4/projects/team%2Fbeside/hooks?per_page=100&page=1",
    ]);
    host.requests.length = 0;
    await expect(find("/labels/site")).rejects.toMatchObject({ reason: "no_api" });
    expect(isAnonymous()).toBe(true);
  });

  test("that does not answer just now is asked again, and not given up", async () => {
    const instance = hostOf({ hostKind: "gitlab" });
    const grant: Grant = { instance, token: new Secret("t") };
    const hooks = hooksOf(instance);
    if (hooks.kind !== "api") throw new Error("no API");
    host.before = (_request, response) => {
      response.writeHead(502).end();
      return true;
    };
    const id = `${host.origin}/lab/team/later`;
    await expect(hooks.findHook(grant, id, "https://x")).rejects.toMatchObject({
      name: "ProviderUnavailable",
    });
    answering({
      "/lab/api/v4/version": GITLAB,
      [door("/lab/team/later")]: asksAs("GitLab"),
      "/lab/api/v4/projects/team%2Flater/hooks?per_page=100&page=1": { body: [] },
    });
    expect(await hooks.findHook(grant, id, "https://x")).toBeNull();
  });
});
