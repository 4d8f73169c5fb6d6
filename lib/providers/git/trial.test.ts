import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { authorization } from "@/lib/providers/git/authorization";
import type { Grant, Trial } from "@/lib/providers/provider";
import { Secret } from "@/lib/secret";
import { selfSigned } from "@/lib/testing/certificate";
import { addManyBranches, type GitHost, startGitHost } from "@/lib/testing/git-host";

process.env.EGRESS_ALLOW = "127.0.0.0/8, ::1";

let host: GitHost;
const hosts: GitHost[] = [];

beforeAll(async () => {
  host = await startGitHost();
  host.accounts.set("deploy", "right");
  host.addRepository("team/site", { "index.html": "one" });
});
afterEach(async () => {
  host.before = null;
  await Promise.all(hosts.splice(0).map((each) => each.close()));
});
afterAll(() => host.close());

async function another(options: Parameters<typeof startGitHost>[0]): Promise<GitHost> {
  const made = await startGitHost(options);
  hosts.push(made);
  return made;
}

const grantOn = ({ origin, ca }: GitHost, values: Partial<Grant["instance"]> = {}): Grant => ({
  instance: { provider: "git", origin, apiUrl: origin, hostKind: "other", caCertificate: ca, ...values },
  user: "deploy",
  token: new Secret("right"),
});

const trial = (grant: Grant, repository = "team/site") => authorization.test(grant, repository);
const told = (result: Trial) =>
  result.outcome === "failed" ? [result.reason, result.sentence] : [result.outcome, result.sentence];

describe("testing an address and a credential", () => {
  test("says what was read when it works", async () => {
    const result = await trial(grantOn(host));
    expect(result).toMatchObject({ outcome: "works", branches: 1, defaultBranch: "main" });
    expect(result.sentence).toBe("team/site can be read: one branch, the default is main.");
  });

  test("a name that nobody knows", async () => {
    const origin = "https://no-such-host.invalid";
    const [reason, sentence] = told(await trial({ ...grantOn(host, { origin }) }));
    expect(reason).toBe("unresolved");
    expect(sentence).toContain("no-such-host.invalid");
  });

  test("an address that the console does not connect to is told apart from one where nothing answers", async () => {
    const blocked = await trial(grantOn(host, { origin: "https://169.254.169.254" }));
    expect(told(blocked)).toEqual(["blocked", expect.stringContaining("EGRESS_ALLOW")]);
    const closed = await another({});
    const grant = grantOn(closed);
    await closed.close();
    hosts.length = 0;
    expect(told(await trial(grant))).toEqual(["unreachable", expect.stringContaining("Nothing answers")]);
  });

  test("a certificate that is not trusted: its issuer by name, and where to paste it", async () => {
    const result = await trial(grantOn(host, { caCertificate: null }));
    expect(told(result)).toEqual(["tls_untrusted", expect.stringContaining(host.authority.name)]);
    expect(result).toMatchObject({ field: "ca", sentence: expect.stringContaining("CA certificate") });
  });

  test("a certificate that has ended, and one of another host, even where the authority is trusted", async () => {
    const old = await another({ certificate: (authority, name) => authority.issueExpired(name) });
    expect(told(await trial(grantOn(old)))).toEqual(["tls_expired", expect.stringContaining("ended on")]);
    const wrong = await another({ certificate: (authority) => authority.issue("git.other.example") });
    expect(told(await trial(grantOn(wrong)))).toEqual([
      "tls_wrong_host",
      expect.stringContaining("git.other.example"),
    ]);
  });

  test("a certificate that begins tomorrow is not said to have ended", async () => {
    const early = await another({ certificate: (authority, name) => authority.issueEarly(name) });
    expect(told(await trial(grantOn(early)))).toEqual(["tls_expired", expect.stringContaining("begins on")]);
  });

  test("a certificate that nobody vouches for but itself is not trusted until it is pasted, and then it alone", async () => {
    const own = selfSigned("localhost");
    const server = await another({ certificate: () => own });
    server.accounts.set("deploy", "right");
    server.addRepository("team/site", { "index.html": "one" });
    for (const caCertificate of [null, selfSigned("localhost").cert, server.ca]) {
      expect(told(await trial(grantOn(server, { caCertificate })))).toEqual([
        "tls_untrusted",
        expect.stringContaining("signed by itself"),
      ]);
    }
    expect(server.requests).toEqual([]);
    expect(await trial(grantOn(server, { caCertificate: own.cert }))).toMatchObject({ outcome: "works" });
  });

  test("no credential was sent to a host whose certificate is not right", async () => {
    const wrong = await another({ certificate: (authority) => authority.issue("git.other.example") });
    await trial(grantOn(wrong));
    await trial(grantOn(wrong, { caCertificate: null }));
    expect(wrong.requests).toEqual([]);
  });

  test.each([
    ["unauthorized", 401, "did not accept"],
    ["forbidden", 403, "does not let it read"],
    ["not_found", 404, "shows no repository"],
    ["host_error", 503, "503"],
    ["host_error", 429, "429"],
    ["not_git", 200, "not as a Git server"],
    ["not_git", 418, "not as a Git server"],
  ])("%s (%i)", async (reason, status, words) => {
    host.before = (_request, response) => {
      response.writeHead(status, { "content-type": "text/html" }).end("<h1>Hello</h1>");
      return true;
    };
    expect(told(await trial(grantOn(host)))).toEqual([reason, expect.stringContaining(words)]);
  });

  test("without a credential, a host that wants one is told apart from a wrong one", async () => {
    const grant = { ...grantOn(host), user: null, token: null };
    expect(await trial(grant)).toMatchObject({
      reason: "unauthorized",
      field: "user",
      sentence: expect.stringContaining("asks for a user name"),
    });
  });

  test("what is wrong with a repository to test with is said there, and with the address at the address", async () => {
    const group = grantOn(host, { pathPrefix: "/team" });
    const itself = `${host.origin}/team`;
    expect(await trial(group, itself)).toMatchObject({ reason: "not_found", field: "url" });
    expect(await trial(group, "nothing")).toMatchObject({
      reason: "not_found",
      field: "repository",
      sentence: expect.not.stringContaining("group"),
    });
    expect(await trial(group, `${host.origin}/other/site`)).toMatchObject({ field: "repository" });
    expect(await trial(grantOn(host), host.origin)).toMatchObject({
      reason: "address",
      field: "repository",
      sentence: expect.stringContaining("Test with"),
    });
  });

  test("a repository without a commit, and what only looks like a Git server", async () => {
    host.addRepository("team/empty");
    expect(told(await trial(grantOn(host), "team/empty"))).toEqual([
      "empty",
      expect.stringContaining("no branch"),
    ]);
    host.before = (_request, response) => {
      const type = "application/x-git-upload-pack-advertisement";
      response.writeHead(200, { "content-type": type }).end("<html>not packets at all</html>");
      return true;
    };
    expect(told(await trial(grantOn(host)))[0]).toBe("not_git");
  });

  test("a redirect is told with the target's host, and the target hears nothing", async () => {
    const target = await another({});
    host.before = (_request, response) => {
      response.writeHead(302, { location: `${target.origin}/team/site.git/info/refs?token=secret` }).end();
      return true;
    };
    const [reason, sentence] = told(await trial(grantOn(host)));
    expect([reason, sentence]).toEqual(["redirected", expect.stringContaining(new URL(target.origin).host)]);
    expect(sentence).not.toContain("secret");
    expect(target.requests).toEqual([]);
  });

  test("a redirect within the host is not followed either: the new address is shown", async () => {
    host.before = (request, response) => {
      if (!request.url?.startsWith("/old/")) return false;
      response.writeHead(301, { location: request.url.replace("/old/", "/team/") }).end();
      return true;
    };
    expect(told(await trial(grantOn(host), "old/site"))).toEqual([
      "redirected",
      expect.stringContaining(`${host.origin}/team/site`),
    ]);
  });

  test("a redirect to plain http is told as that, and its address is not recommended", async () => {
    host.before = (_request, response) => {
      const location = `${host.origin.replace("https:", "http:")}/team/site.git/info/refs`;
      response.writeHead(301, { location }).end();
      return true;
    };
    const [reason, sentence] = told(await trial(grantOn(host)));
    expect([reason, sentence]).toEqual(["redirected", expect.stringMatching(/plain http.*over https\.$/)]);
    expect(sentence).not.toContain("http://");
  });

  test("an answer that never ends is given up on", async () => {
    host.before = (_request, response) => {
      const type = "application/x-git-upload-pack-advertisement";
      response.writeHead(200, { "content-type": type }).write("001e# service=git-upload-pack\n0000");
      return true;
    };
    expect(told(await trial(grantOn(host)))[0]).toBe("too_slow");
  }, 60_000);

  test("hundreds of thousands of branches are counted as they come", async () => {
    const head = host.addRepository("team/huge", { "index.html": "one" });
    const names = Array.from(
      { length: 200_000 },
      (_, i) => `feature/ticket-${String(i).padStart(6, "0")}-something`,
    );
    addManyBranches(host, "team/huge", head, ["main", ...names]);
    const before = process.memoryUsage().rss;
    expect(await trial(grantOn(host), "team/huge")).toMatchObject({ outcome: "works", branches: 200_001 });
    expect(process.memoryUsage().rss - before).toBeLessThan(200 * 1024 * 1024);
  });
});

describe("user names and passwords", () => {
  test.each([
    ["gitlab+deploy-token-7", "gldt-abc_DEF-123"],
    ["oauth2", "glpat-xyz"],
    ["x-token-auth", "ATCTT3x=="],
    ["ada@example.com", "p@ss:w%rd"],
    ["ada%40example", "100% sure"],
    ["Ada Lovelace", "a b  c"],
    ["björk", "pässwörd ✓ 日本"],
    ["slash/and?question", '#hash&amp;"quotes"\''],
  ])("%j with %j reach the host as they are", async (user, password) => {
    host.accounts.set(user, password);
    expect(await trial({ ...grantOn(host), user, token: new Secret(password) })).toMatchObject({
      outcome: "works",
    });
    expect(await trial({ ...grantOn(host), user, token: new Secret(`${password}x`) })).toMatchObject({
      reason: "unauthorized",
    });
  });
});

describe("a credential that was refused", () => {
  test("is dead when no repository opens with it, alive when one does", async () => {
    const wrong = { ...grantOn(host), token: new Secret("wrong") };
    const url = `${host.origin}/team/site.git`;
    expect(await authorization.checkCredential(grantOn(host), [url])).toBe("alive");
    expect(await authorization.checkCredential(wrong, [url])).toBe("dead");
    expect(
      await authorization.checkCredential(
        { ...wrong, instance: { ...wrong.instance, pathPrefix: "/team/site" } },
        [],
      ),
    ).toBe("dead");
    host.before = (request, response) => {
      if (!request.url?.startsWith("/team/other")) return false;
      response.writeHead(401).end();
      return true;
    };
    expect(await authorization.checkCredential(grantOn(host), [`${host.origin}/team/other.git`, url])).toBe(
      "alive",
    );
  });

  test("of a whole host that nobody uses yet is not looked for at another one", async () => {
    const all = { ...grantOn(host), instance: { ...grantOn(host).instance, pathPrefix: "" } };
    const asked = host.requests.length;
    expect(await authorization.checkCredential(all, [])).toBe("alive");
    expect(host.requests).toHaveLength(asked);
  });

  test("is not called dead while the host is down", async () => {
    host.before = (_request, response) => {
      response.writeHead(500).end();
      return true;
    };
    await expect(
      authorization.checkCredential(grantOn(host), [`${host.origin}/team/site.git`]),
    ).rejects.toMatchObject({
      name: "ProviderUnavailable",
    });
  });
});

describe("when a token ends", () => {
  test("a GitLab token's end is read from the host", async () => {
    host.before = (request, response) => {
      const isAsked =
        request.url === "/api/v4/personal_access_tokens/self" && request.headers["private-token"] === "right";
      response.writeHead(isAsked ? 200 : 401).end(JSON.stringify({ expires_at: "2027-03-01", active: true }));
      return true;
    };
    expect(await authorization.readExpiry(grantOn(host, { hostKind: "gitlab", apiPath: "" }))).toEqual(
      new Date("2027-03-01T00:00:00Z"),
    );
    const asked = host.requests.length;
    expect(await authorization.readExpiry(grantOn(host, { hostKind: "gitlab", apiPath: null }))).toBeNull();
    expect(host.requests).toHaveLength(asked);
    expect(await authorization.readExpiry(grantOn(host))).toBeNull();
  });
});
