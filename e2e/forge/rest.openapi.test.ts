import { beforeAll, describe, expect, it } from "vitest";
import { type Judge, openJudge } from "@/e2e/forge/testing/openapi";
import { type Answer, call, useForge } from "@/e2e/forge/testing/start";

const { forge } = useForge("demo");
const repo = "/repos/octocat/hello-static";
const hooked = {
  config: { url: "http://127.0.0.1:9/hook", content_type: "json", secret: "x" },
  events: ["push"],
};

let judges: Judge[];
let token: string;
let appToken: string;
let head: string;

beforeAll(async () => {
  judges = [openJudge("api.github.com"), openJudge("ghes-3.19")];
  token = (await forge().admin.issueToken("octocat")).token;
  const app = await forge().admin.registerClient({
    type: "github_app",
    callback: "http://localhost/callback",
  });
  appToken = (await forge().admin.issueToken("octocat", [], app.clientId)).token;
  head = (await forge().admin.headOf("octocat/hello-static")) ?? "";
});

/** Makes the call and holds it, both ways, against what GitHub describes. */
async function judged(
  method: string,
  path: string,
  body?: unknown,
  as: string | null = token,
): Promise<Answer> {
  const answer = await call(forge(), as, method, path, body);
  for (const judge of judges) {
    expect(judge.response(method, path, answer.status, answer.body), `${method} ${path}`).toEqual([]);
    if (body !== undefined) expect(judge.request(method, path, body), `${method} ${path}`).toEqual([]);
  }
  return answer;
}

describe("answers are what GitHub describes", () => {
  const reads = [
    ["/user", 200],
    ["/user/emails", 404],
    ["/user/orgs", 200],
    ["/user/repos?per_page=5&sort=pushed", 200],
    ["/users/mona", 200],
    ["/orgs/tidepool/repos?per_page=3", 200],
    ["/search/repositories?q=amber+user:octocat+org:tidepool+in:name+fork:true", 200],
    [repo, 200],
    ["/repos/tidepool/private-notes", 200],
    ["/repos/octocat/nothing", 404],
    [`${repo}/branches`, 200],
    ["/repos/tidepool/many-branches/branches/feature/idea-001", 200],
    [`${repo}/branches/nothing`, 404],
    [`${repo}/git/ref/heads/main`, 200],
    [`${repo}/git/ref/heads/nothing`, 404],
    [`${repo}/git/matching-refs/heads/m`, 200],
    [`${repo}/commits?sha=develop&per_page=2`, 200],
    ["/repos/lighthouse/empty-shell/commits", 409],
    [`${repo}/commits/develop`, 200],
    [`${repo}/commits/ffffffffffffffffffffffffffffffffffffffff`, 422],
    [`${repo}/compare/main...develop`, 200],
    [`${repo}/contents/index.html`, 200],
    [`${repo}/hooks`, 200],
    [`${repo}/deployments`, 200],
    [`${repo}/commits/main/status`, 200],
    [`${repo}/commits/main/statuses`, 200],
    [`${repo}/pulls`, 200],
    ["/rate_limit", 200],
  ] as const;
  it.each(reads)("GET %s answers %i", async (path, status) => {
    expect((await judged("GET", path)).status).toBe(status);
  });

  it("an answer that is not as described is noticed", async () => {
    const { body } = await call(forge(), token, "GET", repo);
    for (const judge of judges) {
      expect(judge.response("GET", repo, 200, { ...body, id: "7" })).toEqual(["/id must be integer"]);
      expect(judge.response("GET", repo, 418, body)).not.toEqual([]);
      expect(judge.request("POST", `${repo}/hooks`, { events: "push" })).not.toEqual([]);
    }
  });

  it("GET /meta names the version of the server", async () => {
    const answer = await call(forge(), token, "GET", "/meta");
    expect(judges.map((judge) => judge.response("GET", "/meta", 200, answer.body))).toEqual([[], []]);
    expect(answer.body.installed_version).toMatch(/^3\./);
  });

  it("without a token: 401 for the user, 404 for private repositories, public ones are seen", async () => {
    expect((await judged("GET", "/user", undefined, null)).status).toBe(401);
    expect((await judged("GET", "/repos/tidepool/private-notes", undefined, null)).status).toBe(404);
    expect((await judged("GET", repo, undefined, null)).status).toBe(200);
    expect((await judged("GET", "/user", undefined, "gho_wrong")).body.message).toBe("Bad credentials");
  });

  it("a hook from creation to removal, with its deliveries", async () => {
    const created = await judged("POST", `${repo}/hooks`, hooked);
    expect(created.status).toBe(201);
    const hook = `${repo}/hooks/${created.body.id}`;
    await forge().admin.deliveriesIdle();
    await judged("GET", hook);
    await judged("POST", `${hook}/pings`);
    await judged("POST", `${hook}/tests`);
    await forge().admin.deliveriesIdle();
    const [delivery] = (await judged("GET", `${hook}/deliveries?per_page=1`)).body;
    await judged("GET", `${hook}/deliveries/${delivery.id}`);
    expect((await judged("POST", `${hook}/deliveries/${delivery.id}/attempts`)).status).toBe(202);
    expect((await judged("PATCH", hook, { active: false, add_events: ["create"] })).body.events).toContain(
      "create",
    );
    const config = await judged("PATCH", `${hook}/config`, { url: "http://127.0.0.1:9/moved" });
    expect(config.body).toMatchObject({
      url: "http://127.0.0.1:9/moved",
      content_type: "json",
      secret: "********",
    });
    await judged("PATCH", `${hook}/config`, { url: hooked.config.url, secret: "y" });
    await judged("GET", `${hook}/config`);
    expect((await judged("POST", `${repo}/hooks`, hooked)).status).toBe(422);
    expect((await judged("DELETE", hook)).status).toBe(204);
    expect((await judged("DELETE", hook)).status).toBe(404);
  });

  it("statuses and deployments", async () => {
    const status = {
      state: "success",
      context: "console",
      description: "Live",
      target_url: "http://localhost/1",
    };
    expect((await judged("POST", `${repo}/statuses/${head}`, status)).status).toBe(201);
    await judged("GET", `${repo}/commits/${head}/status`);
    const order = { ref: "main", environment: "production", auto_merge: false, required_contexts: [] };
    const deployment = await judged("POST", `${repo}/deployments`, order);
    expect(deployment.status).toBe(201);
    const url = `${repo}/deployments/${deployment.body.id}`;
    await judged("GET", url);
    const state = {
      state: "in_progress",
      environment_url: "http://localhost/",
      log_url: "http://localhost/log",
    };
    expect((await judged("POST", `${url}/statuses`, state)).status).toBe(201);
    await judged("GET", `${url}/statuses`);
  });

  it("a pull request", async () => {
    const { number } = await forge().admin.openPullRequest("octocat/hello-static", { head: "develop" });
    await judged("GET", `${repo}/pulls`);
    await judged("GET", `${repo}/pulls/${number}`);
    await judged("GET", `${repo}/pulls/${number}/files`);
    await forge().admin.closePullRequest("octocat/hello-static", number);
  });

  it("a GitHub App's installations", async () => {
    const { body } = await judged("GET", "/user/installations", undefined, appToken);
    expect(body.total_count).toBeGreaterThan(2);
    await judged("GET", `/user/installations/${body.installations[0].id}/repositories`, undefined, appToken);
    await judged("GET", `${repo}/hooks`, undefined, appToken);
  });

  it("a renamed repository redirects reads and writes to its number", async () => {
    await forge().admin.createRepository({ owner: "octocat", name: "old-name" });
    await forge().admin.renameRepository("octocat/old-name", "new-name");
    const answer = await judged("GET", "/repos/octocat/old-name");
    expect(answer.status).toBe(301);
    const location = answer.headers.get("location") ?? "";
    const followed = await call(forge(), token, "GET", location.slice(forge().apiUrl.length));
    expect(followed.body.full_name).toBe("octocat/new-name");
    expect((await call(forge(), token, "POST", "/repos/octocat/old-name/hooks", hooked)).status).toBe(307);
  });
});

describe("the application endpoints", () => {
  it("check, reset and delete one token, and delete the whole grant", async () => {
    const { admin } = forge();
    const client = await admin.registerClient({ callback: "http://localhost/callback" });
    const basic = Buffer.from(`${client.clientId}:${client.clientSecret}`).toString("base64");
    const as = { authorization: `Basic ${basic}` };
    const path = `/applications/${client.clientId}/token`;
    const ask = async (method: string, at: string, value: string) => {
      const answer = await call(forge(), null, method, at, { access_token: value }, as);
      if (answer.status !== 404) {
        for (const judge of judges)
          expect(judge.response(method, at, answer.status, answer.body)).toEqual([]);
      }
      return answer;
    };
    const first = await admin.issueToken("octocat", ["repo"], client.clientId);
    const second = await admin.issueToken("octocat", ["repo"], client.clientId);
    const third = await admin.issueToken("octocat", ["repo"], client.clientId);
    expect((await ask("POST", path, first.token)).body.user.login).toBe("octocat");
    expect((await ask("DELETE", path, first.token)).status).toBe(204);
    expect((await ask("POST", path, first.token)).status).toBe(404);
    const fresh = (await ask("PATCH", path, second.token)).body.token;
    expect((await call(forge(), second.token, "GET", "/user")).status).toBe(401);
    expect((await ask("DELETE", `/applications/${client.clientId}/grant`, fresh)).status).toBe(204);
    expect((await call(forge(), third.token, "GET", "/user")).status).toBe(401);
    const wrong = { authorization: `Basic ${Buffer.from(`${client.clientId}:no`).toString("base64")}` };
    expect((await call(forge(), null, "POST", path, { access_token: "x" }, wrong)).status).toBe(404);
  });
});
