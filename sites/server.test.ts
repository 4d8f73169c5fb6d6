import { mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { dirname, join } from "node:path";
import { eq } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { apps, db } from "@/db";
import { announce } from "@/lib/events";
import { useTestDatabase } from "@/lib/testing/database";
import { addSite, appRow, queue, type Site } from "@/lib/testing/factories";
import { type SitesServer, startSites } from "@/sites/server";

const database = useTestDatabase();
let server: SitesServer;

beforeAll(async () => {
  server = await startSites({ dataDir: database.dataDir(), port: 0, host: "127.0.0.1" });
});
afterAll(() => server.close());

type Files = Record<string, string>;
type Answer = { status: number; headers: Record<string, string | string[] | undefined>; body: string };

async function addDeployment(site: Site, files: Files): Promise<string> {
  const { id } = await queue(site);
  for (const [path, content] of Object.entries(files)) {
    const place = join(database.dataDir(), "sites", id, path);
    mkdirSync(dirname(place), { recursive: true });
    writeFileSync(place, content);
  }
  return id;
}

async function makeLive(site: Site, deploymentId: string): Promise<void> {
  await db().transaction(async (tx) => {
    await tx.update(apps).set({ liveDeploymentId: deploymentId }).where(eq(apps.id, site.appId));
    await announce(tx, { kind: "app", project: site.projectId, app: site.appId });
  });
}

async function liveSite(files: Files): Promise<{ site: Site; host: string; id: string }> {
  const site = await addSite();
  const id = await addDeployment(site, files);
  await makeLive(site, id);
  return { site, id, host: (await appRow(site.appId)).host };
}

function ask(
  label: string,
  path: string,
  options: { method?: string; headers?: Record<string, string> } = {},
): Promise<Answer> {
  const { method = "GET", headers = {} } = options;
  return new Promise((resolve, reject) => {
    const asking = request({
      ...{ host: "127.0.0.1", port: server.port, path, method },
      headers: { host: `${label}.localhost:4000`, ...headers },
    });
    asking.on("error", reject);
    asking.on("response", (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () => {
        const body = Buffer.concat(chunks).toString("utf8");
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body });
      });
    });
    asking.end();
  });
}

test("serves files, folders and pages without their ending", async () => {
  const { host } = await liveSite({
    "index.html": "home",
    "about.html": "about",
    "docs/index.html": "docs",
    "docs/a b.txt": "spaced",
    "app.js": "1",
  });
  expect((await ask(host, "/")).body).toBe("home");
  expect((await ask(host, "/about")).body).toBe("about");
  expect((await ask(host, "/about.html?x=1")).body).toBe("about");
  expect((await ask(host, "/docs/")).body).toBe("docs");
  expect((await ask(host, "/docs/a%20b.txt")).body).toBe("spaced");
  const script = await ask(host, "/app.js");
  expect(script.headers["content-type"]).toBe("text/javascript; charset=utf-8");
  expect(script.headers["x-content-type-options"]).toBe("nosniff");
  const folder = await ask(host, "/docs?q=1");
  expect([folder.status, folder.headers.location]).toEqual([308, "/docs/?q=1"]);
});

test("a redirect to a folder never leads to another host", async () => {
  const { host } = await liveSite({ "evil.example/index.html": "x", "index.html": "home" });
  const answer = await ask(host, "//evil.example");
  expect(answer.headers.location ?? "/").toMatch(/^\/(?!\/)/);
});

test("what a site does not have is its own 404 page, or ours", async () => {
  const own = await liveSite({ "index.html": "home", "404.html": "own 404" });
  const answer = await ask(own.host, "/nowhere");
  expect([answer.status, answer.body]).toEqual([404, "own 404"]);
  const other = await liveSite({ "index.html": "home" });
  expect((await ask(other.host, "/nowhere")).body).toContain("There is no such page");
});

test("an unknown host, a foreign domain and an app without a deployment say so", async () => {
  const site = await addSite();
  const { host } = await appRow(site.appId);
  const nothing = await ask(host, "/");
  expect([nothing.status, nothing.body.includes("Nothing is live yet")]).toEqual([404, true]);
  expect((await ask("nobody-has-this", "/")).status).toBe(404);
  expect((await ask("x", "/", { headers: { host: "localhost:4000" } })).body).toContain("no site here");
  expect((await ask("x", "/", { headers: { host: "evil.example" } })).body).toContain("no site here");
});

test("nothing outside of the deployment can be read", async () => {
  const { host, id, site } = await liveSite({
    "index.html": "home",
    ".env": "hidden",
    "a/.git/config": "hidden",
  });
  const other = await addDeployment(site, { "index.html": "other" });
  writeFileSync(join(database.dataDir(), "outside.txt"), "outside");
  symlinkSync(join(database.dataDir(), "outside.txt"), join(database.dataDir(), "sites", id, "link.txt"));
  const paths = [
    ...["/../outside.txt", "/..%2foutside.txt", "/%2e%2e/outside.txt", "/a/../../../outside.txt"],
    ...["/link.txt", "/.env", "/%2eenv", "/a/.git/config", `/../${other}/index.html`],
    ...["/..%5coutside.txt", "/index.html%00.txt", "/%ff", "/%", "//../outside.txt"],
  ];
  for (const path of paths) {
    const answer = await ask(host, path);
    expect([path, answer.status]).toEqual([path, 404]);
    expect(answer.body).not.toContain("outside");
  }
});

test("the files of .well-known are served", async () => {
  const { host } = await liveSite({ ".well-known/security.txt": "contact" });
  expect((await ask(host, "/.well-known/security.txt")).body).toBe("contact");
});

test("a switch is seen at once and a request never gets a mix", async () => {
  const { site, host } = await liveSite({ "index.html": "first", "only-first.txt": "1" });
  expect((await ask(host, "/")).body).toBe("first");
  const second = await addDeployment(site, { "index.html": "second" });
  await makeLive(site, second);
  const deadline = Date.now() + 500;
  while ((await ask(host, "/")).body !== "second") expect(Date.now()).toBeLessThan(deadline);
  expect((await ask(host, "/only-first.txt")).status).toBe(404);
});

test("pages are revalidated, files named by their content are not asked for again", async () => {
  const { host } = await liveSite({
    "index.html": "home",
    "main.3f2a9c1d.js": "1",
    "photo-decade.js": "1",
    "_next/static/x.css": "1",
  });
  const control = async (path: string) => (await ask(host, path)).headers["cache-control"];
  expect(await control("/")).toBe("public, max-age=0, must-revalidate");
  expect(await control("/photo-decade.js")).toBe("public, max-age=0, must-revalidate");
  expect(await control("/main.3f2a9c1d.js")).toContain("immutable");
  expect(await control("/_next/static/x.css")).toContain("immutable");
});

test("conditional requests, ranges and HEAD are answered as HTTP says", async () => {
  const { host } = await liveSite({ "data.txt": "0123456789", "empty.txt": "" });
  const whole = await ask(host, "/data.txt");
  const etag = String(whole.headers.etag);
  const get = (headers: Record<string, string>) => ask(host, "/data.txt", { headers });
  expect((await get({ "if-none-match": `"x", W/${etag}` })).status).toBe(304);
  expect((await get({ "if-none-match": '"x"' })).status).toBe(200);
  expect((await get({ "if-modified-since": String(whole.headers["last-modified"]) })).status).toBe(304);
  const part = await get({ range: "bytes=2-4" });
  expect([part.status, part.body, part.headers["content-range"]]).toEqual([206, "234", "bytes 2-4/10"]);
  expect((await get({ range: "bytes=-3" })).body).toBe("789");
  expect((await get({ range: "bytes=7-" })).body).toBe("789");
  expect((await get({ range: "bytes=5-99" })).body).toBe("56789");
  expect((await get({ range: "bytes=10-" })).status).toBe(416);
  expect((await get({ range: "bytes=4-2" })).body).toBe("0123456789");
  expect((await get({ range: "bytes=0-1,4-5" })).body).toBe("0123456789");
  expect((await get({ range: "bytes=0-1", "if-range": '"old"' })).body).toBe("0123456789");
  const head = await ask(host, "/data.txt", { method: "HEAD" });
  expect([head.status, head.body, head.headers["content-length"]]).toEqual([200, "", "10"]);
  expect((await ask(host, "/empty.txt")).headers["content-length"]).toBe("0");
  expect((await ask(host, "/data.txt", { method: "POST" })).status).toBe(405);
});

test("a large file arrives whole", async () => {
  const content = "x".repeat(3_000_000);
  const { host } = await liveSite({ "large.bin": content });
  expect((await ask(host, "/large.bin")).body.length).toBe(content.length);
});

test("a site whose folder is gone says what to do", async () => {
  const { host, id } = await liveSite({ "index.html": "home" });
  rmSync(join(database.dataDir(), "sites", id), { recursive: true });
  const answer = await ask(host, "/");
  expect([answer.status, answer.body.includes("Redeploy")]).toEqual([503, true]);
});
