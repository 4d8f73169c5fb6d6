import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, request, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ProviderRejected, ProviderUnauthorized, ProviderUnavailable, RepositoryGone } from "@/lib/providers";
import { Secret } from "@/lib/secret";
import { useForge } from "@/lib/testing/forge";
import { watchProcesses } from "@/lib/testing/watch-processes";
import { writeCredentialHelper } from "@/worker/credential-helper";
import { DeploymentFailure } from "@/worker/failure";
import { RepositoryMoved } from "@/worker/fetch";
import { bringCommit, hasCommit, type MirrorTools, mirrorPath } from "@/worker/mirror";
import { openObjects } from "@/worker/objects";
import { parseCloneUrl, pinOf, type Remote } from "@/worker/remote";

const { forge } = useForge();
const folder = mkdtempSync(join(tmpdir(), "skytells-mirror-"));
let tools: MirrorTools;
let token = "";
let count = 0;

beforeAll(async () => {
  const helper = await writeCredentialHelper(join(folder, "git"));
  tools = { folder: join(folder, "mirrors"), helper, caFile: null, maxBytes: 1e9 };
  await forge().admin.createUser({ login: "octocat", password: "octocat" });
  token = (await forge().admin.issueToken("octocat", ["repo"])).token;
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const newMirror = (): string => {
  count += 1;
  return mirrorPath(tools, `rep_${String(count).padStart(20, "0")}`);
};

type Files = Parameters<ReturnType<typeof forge>["admin"]["commitFiles"]>[2];

async function newRepository(files: Files = { "index.html": "one" }) {
  count += 1;
  const order = { owner: "octocat", name: `mirror-${count}`, private: true, files };
  const { fullName, cloneUrl, branches } = await forge().admin.createRepository(order);
  return { fullName, cloneUrl, head: branches.main ?? "" };
}

const remoteTo = (url: string, secret = token): Remote => ({
  url,
  user: "x-access-token",
  token: new Secret(secret),
  pin: null,
  ca: null,
});

const wanted = (commit: string, ref = "refs/heads/main") => ({ commit, ref });

const bring = (mirror: string, commit: string, url: string, secret?: string) =>
  bringCommit(mirror, wanted(commit), remoteTo(url, secret), tools);

async function typeOf(mirror: string, name: string): Promise<string | undefined> {
  const objects = await openObjects(mirror);
  const object = await objects.read(name);
  await objects.close();
  return object?.type;
}

/** The forms in which a secret gets into texts. */
const forms = (secret: string): string[] => [
  secret,
  encodeURIComponent(secret),
  Buffer.from(secret).toString("base64"),
  Buffer.from(`x-access-token:${secret}`).toString("base64"),
  Buffer.from(secret).toString("hex"),
];

test("brings exactly one commit, and later only what changed", async () => {
  const { fullName, cloneUrl, head } = await newRepository();
  const mirror = newMirror();
  await bring(mirror, head, cloneUrl);
  expect(hasCommit(mirror, head)).toBe(true);
  const next = await forge().admin.commitFiles(fullName, "main", { "index.html": "two" });
  await bring(mirror, next, cloneUrl);
  expect(await typeOf(mirror, next)).toBe("commit");
  expect(await typeOf(mirror, `${next}:index.html`)).toBe("blob");
});

test("while a clone runs the token is in no argument, environment, file or mirror", async () => {
  const { cloneUrl, head, fullName } = await newRepository();
  await forge().admin.fault({
    match: { path: `/${fullName}.git/**` },
    action: { kind: "delay", ms: 150 },
    count: 4,
  });
  const mirror = newMirror();
  const watch = watchProcesses();
  await bring(mirror, head, cloneUrl);
  const seen = watch.stop();
  expect(seen.some((text) => text.includes("git-remote-http") || text.includes("remote-http"))).toBe(true);
  expect(seen.some((text) => text.includes("credential-helper"))).toBe(true);
  const files = execFileSync("find", [folder, "-type", "f"], { encoding: "utf8" }).trim().split("\n");
  const texts = [...seen, ...files.map((file) => readFileSync(file, "latin1"))];
  for (const form of forms(token)) expect(texts.filter((text) => text.includes(form))).toEqual([]);
});

test("a redirect gets neither a request nor a credential", async () => {
  const { cloneUrl, head, fullName } = await newRepository();
  let requests = 0;
  const other = createServer((_request, response) => {
    requests += 1;
    response.writeHead(401, { "www-authenticate": 'Basic realm="other"' }).end();
  });
  await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
  const location = `http://127.0.0.1:${(other.address() as AddressInfo).port}/x.git/info/refs`;
  await forge().admin.fault({
    match: { path: `/${fullName}.git/**` },
    action: { kind: "redirect", location, status: 302 },
    count: "always",
  });
  await expect(bring(newMirror(), head, cloneUrl)).rejects.toBeInstanceOf(RepositoryMoved);
  await forge().admin.clearFaults();
  other.close();
  expect(requests).toBe(0);
});

test("a submodule is not fetched and gets no credential", async () => {
  let requests = 0;
  const other = createServer((_request, response) => {
    requests += 1;
    response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(other.address() as AddressInfo).port}/x.git`;
  const { cloneUrl, head } = await newRepository({
    ".gitmodules": `[submodule "x"]\n\tpath = x\n\turl = ${url}\n`,
    "index.html": "one",
  });
  await bring(newMirror(), head, cloneUrl);
  other.close();
  expect(requests).toBe(0);
});

test("a refused credential, a missing repository and a host that is down are told apart", async () => {
  const { cloneUrl, head, fullName } = await newRepository();
  const origin = new URL(cloneUrl).origin;
  await expect(bring(newMirror(), head, cloneUrl, "gho_wrong")).rejects.toBeInstanceOf(ProviderUnauthorized);
  await expect(bring(newMirror(), head, `${origin}/octocat/nothing.git`)).rejects.toBeInstanceOf(
    RepositoryGone,
  );
  await expect(bring(newMirror(), head, "http://127.0.0.1:9/octocat/x.git")).rejects.toBeInstanceOf(
    ProviderUnavailable,
  );
  const match = { path: `/${fullName}.git/**` };
  const meet = async (action: Parameters<ReturnType<typeof forge>["admin"]["fault"]>[0]["action"]) => {
    await forge().admin.fault({ match, action, count: "always" });
    const error = await bring(newMirror(), head, cloneUrl).then(
      () => null,
      (thrown: unknown) => thrown,
    );
    await forge().admin.clearFaults();
    return error;
  };
  expect(await meet({ kind: "status", status: 500 })).toBeInstanceOf(ProviderUnavailable);
  expect(await meet({ kind: "status", status: 429 })).toBeInstanceOf(ProviderUnavailable);
  expect(await meet({ kind: "drop", when: "before" })).toBeInstanceOf(ProviderUnavailable);
  expect(await meet({ kind: "truncate", bytes: 20 })).toBeInstanceOf(ProviderUnavailable);
  expect(await meet({ kind: "html", status: 200 })).toBeInstanceOf(ProviderUnavailable);
  expect(await meet({ kind: "status", status: 403 })).toBeInstanceOf(ProviderRejected);
});

test("a commit that nobody has is told as that, after the branch was deepened to its end", async () => {
  const { cloneUrl } = await newRepository();
  const error = await bring(newMirror(), "d".repeat(40), cloneUrl).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(DeploymentFailure);
  expect((error as DeploymentFailure).outcome.reason).toBe("commit_missing");
});

test("where commits are not served by id the branch is deepened until it is there", async () => {
  const { fullName, cloneUrl, head } = await newRepository();
  for (const text of ["two", "three"])
    await forge().admin.commitFiles(fullName, "main", { "index.html": text });
  const mirror = newMirror();
  const old = await startStrictServer(cloneUrl, head);
  await bring(mirror, head, old.url);
  await old.close();
  expect(existsSync(join(mirror, "refs", "branch", "deepened"))).toBe(true);
  expect(hasCommit(mirror, head)).toBe(true);
  expect(await typeOf(mirror, `${head}:index.html`)).toBe("blob");
});

test("a damaged mirror is thrown away and made anew", async () => {
  const { fullName, cloneUrl, head } = await newRepository();
  const mirror = newMirror();
  await bring(mirror, head, cloneUrl);
  const packs = join(mirror, "objects", "pack");
  for (const name of readdirSync(packs)) {
    rmSync(join(packs, name));
    writeFileSync(join(packs, name), "damaged");
  }
  writeFileSync(join(mirror, "shallow.lock"), "");
  const next = await forge().admin.commitFiles(fullName, "main", { "index.html": "two" });
  await bring(mirror, next, cloneUrl);
  expect(await typeOf(mirror, `${next}:index.html`)).toBe("blob");
});

test("a repository that is too large is not fetched to its end, and nothing of it stays", async () => {
  const noise = randomBytes(3_000_000);
  const { cloneUrl, head } = await newRepository({ "large.bin": noise });
  const mirror = newMirror();
  const small = { ...tools, maxBytes: 1_000_000 };
  const error = await bringCommit(mirror, wanted(head), remoteTo(cloneUrl), small).catch(
    (thrown: unknown) => thrown,
  );
  expect((error as DeploymentFailure).outcome.reason).toBe("repository_too_large");
  expect(existsSync(mirror)).toBe(false);
});

test("a mirror that was fetched into many times is made anew", async () => {
  const { cloneUrl, head, fullName } = await newRepository();
  const mirror = newMirror();
  await bring(mirror, head, cloneUrl);
  for (let at = 0; at < 101; at += 1) writeFileSync(join(mirror, "objects", "pack", `pack-${at}.idx`), "");
  const next = await forge().admin.commitFiles(fullName, "main", { "index.html": "two" });
  await bring(mirror, next, cloneUrl);
  expect(readdirSync(join(mirror, "objects", "pack")).length).toBeLessThan(10);
});

test("clone addresses are rebuilt from parts, and only of the provider's own origin", () => {
  const origin = "https://git.example";
  expect(parseCloneUrl("https://git.example/a/b.git", origin)?.href).toBe("https://git.example/a/b.git");
  const refused = [
    ...["https://user:pass@git.example/a.git", "https://git.example/a.git?x", "https://git.example/a.git#x"],
    ...["https://git.example\\@evil.example/a.git", "https://evil.example/a.git", "http://git.example/a.git"],
    ...["https://git.example/%0aa.git", "https://git.example/a b.git", "https://git.example", "ext::sh -c x"],
    ...[
      "https://git.example:444/a.git",
      "file:///etc/passwd",
      "ssh://git.example/a.git",
      "--upload-pack=x",
      "",
    ],
  ];
  for (const url of refused) expect([url, parseCloneUrl(url, origin)]).toEqual([url, null]);
  expect(parseCloneUrl("http://127.0.0.1:80/a.git", "http://127.0.0.1")).not.toBeNull();
});

test("git connects to the address that was checked, whatever the name says", async () => {
  const { cloneUrl, head } = await newRepository();
  const url = new URL(cloneUrl);
  url.hostname = "forge.invalid";
  const remote = { ...remoteTo(url.href), pin: pinOf(url, "127.0.0.1", 4) };
  const mirror = newMirror();
  await bringCommit(mirror, wanted(head), remote, tools);
  expect(hasCommit(mirror, head)).toBe(true);
});

/** The same repository through a server that refuses to hand out one commit by its id. */
async function startStrictServer(cloneUrl: string, refused: string) {
  const target = new URL(cloneUrl);
  const server = createServer((incoming, response) => {
    const chunks: Buffer[] = [];
    incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
    incoming.on("end", () => {
      const body = Buffer.concat(chunks);
      if (body.includes(`want ${refused}`)) return refuse(response, refused);
      const { method, url, headers } = incoming;
      const options = { host: target.hostname, port: target.port, path: url, method, headers };
      const outgoing = request(options, (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      });
      outgoing.end(body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}${target.pathname}`,
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}

/** In a packet of git's protocol: four hex digits of length, then the text. */
function refuse(response: ServerResponse, commit: string): void {
  const text = `ERR upload-pack: not our ref ${commit}\n`;
  response.writeHead(200, { "content-type": "application/x-git-upload-pack-result" });
  response.end((text.length + 4).toString(16).padStart(4, "0") + text);
}
