import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { ProviderUnauthorized, ProviderUnavailable, RepositoryGone } from "@/lib/providers";
import { Secret } from "@/lib/secret";
import { selfSigned } from "@/lib/testing/certificate";
import { type GitHost, startGitHost } from "@/lib/testing/git-host";
import { watchProcesses } from "@/lib/testing/watch-processes";
import { openCommit, writeCheckout } from "@/worker/checkout";
import { writeCredentialHelper } from "@/worker/credential-helper";
import { RepositoryMoved } from "@/worker/fetch";
import { bringCommit, hasCommit, type MirrorTools, mirrorPath } from "@/worker/mirror";
import { openObjects } from "@/worker/objects";
import type { Remote } from "@/worker/remote";
import { CHECKOUT } from "@/worker/sandbox";

const folder = mkdtempSync(join(tmpdir(), "skytells-git-host-"));
let host: GitHost;
let tools: MirrorTools;
let count = 0;

beforeAll(async () => {
  host = await startGitHost();
  tools = {
    folder: join(folder, "mirrors"),
    helper: await writeCredentialHelper(join(folder, "git")),
    caFile: null,
    maxBytes: 1e9,
  };
});
afterEach(() => {
  host.before = null;
});
afterAll(async () => {
  await host.close();
  rmSync(folder, { recursive: true, force: true });
});

const newMirror = (): string => {
  count += 1;
  return mirrorPath(tools, `rep_${String(count).padStart(20, "0")}`);
};

const remoteTo = (path: string, values: Partial<Remote> = {}): Remote => ({
  url: `${host.origin}/${path}.git`,
  user: "deploy",
  token: new Secret("right"),
  pin: null,
  ca: host.ca,
  ...values,
});

async function bring(path: string, commit: string, values: Partial<Remote> = {}): Promise<string> {
  const mirror = newMirror();
  await bringCommit(mirror, { commit, ref: "refs/heads/main" }, remoteTo(path, values), tools);
  return mirror;
}

describe("over TLS with an authority of its own", () => {
  test.each([
    ["gitlab+deploy-token-7", "gldt-abc"],
    ["oauth2", "glpat-xyz"],
    ["x-token-auth", "ATCTT3x=="],
    ["ada@example.com", "p@ss:w%rd"],
    ["ada%40example", "100% sure"],
    ["Ada Lovelace", "a b  c"],
    ["björk", "pässwörd ✓ 日本"],
    ["a-token-as-a-name", ""],
    ["slash/and?question", '#hash&"quotes"\'$HOME`id`'],
  ])("%j with %j opens the repository", async (user, password) => {
    host.accounts.clear();
    host.accounts.set(user, password);
    const path = `team/credential-${count}`;
    const head = host.addRepository(path, { "index.html": "one" });
    const mirror = await bring(path, head, { user, token: new Secret(password) });
    expect(hasCommit(mirror, head)).toBe(true);
    const wrong = bring(path, head, { user, token: new Secret(`${password}x`) });
    await expect(wrong).rejects.toBeInstanceOf(ProviderUnauthorized);
  });

  test("without a credential what everybody may read is read, and nothing is asked", async () => {
    host.accounts.clear();
    const head = host.addRepository("team/public", { "index.html": "one" });
    host.requests.length = 0;
    expect(hasCommit(await bring("team/public", head, { token: null }), head)).toBe(true);
    expect(host.requests.every(({ authorization }) => authorization === undefined)).toBe(true);
    host.accounts.set("deploy", "right");
    await expect(bring("team/public", head, { token: null })).rejects.toBeInstanceOf(ProviderUnauthorized);
  });

  test("a certificate that is not trusted, has ended or is another host's gets no request", async () => {
    const bad = [
      [host, { ca: null }],
      [await startGitHost({ certificate: (authority, name) => authority.issueExpired(name) }), {}],
      [await startGitHost({ certificate: (authority) => authority.issue("other.example") }), {}],
    ] as const;
    for (const [server, values] of bad) {
      server.requests.length = 0;
      const url = `${server.origin}/team/site.git`;
      const attempt = bring("team/site", "d".repeat(40), { url, ca: server.ca, ...values });
      await expect(attempt).rejects.toMatchObject({ name: "ProviderUnavailable", cause_: "untrusted" });
      expect(server.requests).toEqual([]);
      if (server !== host) await server.close();
    }
  });

  test("a certificate that nobody vouches for but itself is fetched from where it was pasted", async () => {
    const own = selfSigned("localhost");
    const server = await startGitHost({ certificate: () => own });
    server.accounts.set("deploy", "right");
    const head = server.addRepository("team/alone", { "index.html": "one" });
    const url = `${server.origin}/team/alone.git`;
    await expect(bring("x", head, { url, ca: selfSigned("localhost").cert })).rejects.toBeInstanceOf(
      ProviderUnavailable,
    );
    expect(server.requests).toEqual([]);
    expect(hasCommit(await bring("x", head, { url, ca: own.cert }), head)).toBe(true);
    await server.close();
  });

  test("the file with the authority goes with the fetch", async () => {
    host.accounts.clear();
    const head = host.addRepository("team/tidy", { "index.html": "one" });
    await bring("team/tidy", head);
    expect(readdirSync(join(folder, "git"))).toEqual(["credential-helper"]);
  });

  test("a redirect, within the host or to another, is not followed and gets no credential", async () => {
    const target = await startGitHost();
    host.accounts.set("deploy", "right");
    const head = host.addRepository("team/moved", { "index.html": "one" });
    for (const to of [target.origin, `${host.origin}/else`]) {
      host.before = (request, response) => {
        if (!request.url?.startsWith("/old/")) return false;
        response.writeHead(301, { location: `${to}${request.url}` }).end();
        return true;
      };
      await expect(bring("old/moved", head)).rejects.toBeInstanceOf(RepositoryMoved);
    }
    expect(target.requests).toEqual([]);
    expect(host.requests.some(({ line }) => line.includes("/else/"))).toBe(false);
    await target.close();
  });

  test("a host that stops in the middle of its answer is given up on, and tried another time", async () => {
    host.accounts.clear();
    const head = host.addRepository("team/stalled", { "index.html": "one" });
    host.before = (request, response) => {
      if (request.method !== "POST") return false;
      response.writeHead(200, { "content-type": "application/x-git-upload-pack-result" }).write("0");
      return true;
    };
    await expect(bring("team/stalled", head)).rejects.toBeInstanceOf(ProviderUnavailable);
    host.before = null;
    expect(hasCommit(await bring("team/stalled", head), head)).toBe(true);
  }, 90_000);

  test("a repository that is not there is gone", async () => {
    await expect(bring("team/never", "d".repeat(40))).rejects.toBeInstanceOf(RepositoryGone);
  });
});

test("while a clone runs neither name nor password is in an argument, environment, file or configuration", async () => {
  const [user, password] = ["token+as%name@example", "s3cr3t%of @this:test é"];
  host.accounts.clear();
  host.accounts.set(user, password);
  const head = host.addRepository("team/watched", { "index.html": "one" });
  host.before = (request) => {
    // Long enough to be looked at.
    request.pause();
    setTimeout(() => request.resume(), 200);
    return false;
  };
  const watch = watchProcesses();
  const mirror = await bring("team/watched", head, { user, token: new Secret(password) });
  const seen = watch.stop();
  expect(hasCommit(mirror, head)).toBe(true);
  expect(seen.some((text) => text.includes("remote-http"))).toBe(true);
  const files = execFileSync("find", [folder, "-type", "f"], { encoding: "utf8" }).trim().split("\n");
  const texts = [...seen, ...files.map((file) => readFileSync(file, "latin1"))];
  for (const secret of [user, password]) {
    const forms = [
      secret,
      encodeURIComponent(secret),
      Buffer.from(secret).toString("base64"),
      Buffer.from(secret).toString("latin1"),
    ];
    forms.push(Buffer.from(`${user}:${password}`).toString("base64"));
    for (const form of forms) expect(texts.filter((text) => text.includes(form))).toEqual([]);
  }
});

describe("a hostile repository", () => {
  const ran = join(folder, "ran");
  const tricks: Record<string, string> = {
    ".gitattributes": "* filter=evil diff=evil text eol=crlf\n*.bin filter=lfs diff=lfs merge=lfs -text\n",
    ".gitconfig": `[core]\n\tfsmonitor = touch ${ran}\n[filter "evil"]\n\tsmudge = touch ${ran}\n`,
    ".lfsconfig": `[lfs]\n\turl = https://evil.example/lfs\n`,
    ".gitmodules": `[submodule "x"]\n\tpath = x\n\turl = ext::sh -c touch% ${ran}\n`,
    ".husky/post-checkout": `#!/bin/sh\ntouch ${ran}\n`,
    "hooks/post-checkout": `#!/bin/sh\ntouch ${ran}\n`,
    "large.bin": "version https://git-lfs.github.com/spec/v1\noid sha256:abc\nsize 1\n",
    "-rf": "dash",
    "--upload-pack=touch": "dash",
    "a\nb": "newline",
    "$(touch ran)": "shell",
    "index.html": "one",
  };

  test("has no part that runs, and no name that is more than a name", async () => {
    host.accounts.clear();
    host.addRepository("team/hostile");
    const stream = [
      "commit refs/heads/main",
      "committer E <e@example.com> 0 +0000",
      "data 4\nevil",
      ...Object.entries(tricks).map(
        ([name, text]) => `M 100644 inline ${quoted(name)}\ndata ${Buffer.byteLength(text)}\n${text}`,
      ),
      "M 120000 inline out\ndata 11\n/etc/passwd",
      "M 120000 inline up\ndata 10\n../../../x",
      `M 160000 ${"d".repeat(40)} x`,
      "",
    ].join("\n");
    host.git("team/hostile", ["fast-import", "--quiet"], stream);
    const head = host.git("team/hostile", ["rev-parse", "main"]);
    host.requests.length = 0;
    const mirror = await bring("team/hostile", head, { token: null });
    const workspace = mkdtempSync(join(folder, "workspace-"));
    mkdirSync(join(workspace, CHECKOUT));
    const open = await openCommit(await openObjects(mirror), head, "");
    const { submodules } = await writeCheckout(open, workspace, null);
    await open.close();
    expect(existsSync(ran)).toBe(false);
    expect(submodules).toEqual(["x"]);
    const names = execFileSync("find", [workspace, "-mindepth", "2", "-print0"], { encoding: "utf8" }).split(
      "\0",
    );
    for (const name of Object.keys(tricks)) {
      expect(
        names.filter((path) => path.endsWith(`/${name}`)),
        name,
      ).toHaveLength(1);
    }
    expect(host.requests.every(({ line }) => line.includes("/team/hostile.git/"))).toBe(true);
  });

  test("whose submodule has an option for an address is not brought at all", async () => {
    const text = '[submodule "y"]\n\tpath = y\n\turl = --upload-pack=touch\n';
    const head = host.addRepository("team/option", { ".gitmodules": text });
    await expect(bring("team/option", head, { token: null })).rejects.toBeInstanceOf(Error);
  });

  test("that names its files `.git` or climbs out is not brought at all", async () => {
    for (const name of [".git", "..", ".GIT"]) {
      const path = `team/climbing-${count}`;
      count += 1;
      host.addRepository(path);
      const blob = host.git(path, ["hash-object", "-w", "--stdin"], "x");
      const entry = Buffer.concat([Buffer.from(`100644 ${name}\0`), Buffer.from(blob, "hex")]);
      const tree = host.git(path, ["hash-object", "-w", "-t", "tree", "--literally", "--stdin"], entry);
      const head = host.git(path, ["commit-tree", tree, "-m", "climb"]);
      host.git(path, ["update-ref", "refs/heads/main", head]);
      await expect(bring(path, head, { token: null }), name).rejects.toBeInstanceOf(Error);
    }
  });
});

/** As git's fast-import wants a path that is more than letters. */
const quoted = (name: string): string =>
  `"${name.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n")}"`;
