import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Forge, startForge } from "@/e2e/forge";
import { publish } from "@/e2e/forge/registry/packages";
import { tideHtml } from "@/e2e/forge/seed/packages";
import { cancelDeployment, redeploy } from "@/lib/deployments";
import { useWorkbench } from "@/lib/testing/workbench";

const registryData = mkdtempSync(join(tmpdir(), "skytells-registry-test-"));
let registry: Forge;
beforeAll(async () => {
  publish(registryData, tideHtml);
  registry = await startForge({ dataDir: registryData });
});
afterAll(async () => {
  await registry.close();
  rmSync(registryData, { recursive: true, force: true });
});

const bench = useWorkbench({
  settings: () => ({ BUILD_REGISTRY_URL: registry.registryUrl, BUILD_LOG_BYTES: "100000" }),
});

const siteFolder = (id: string) => join(bench.database.dataDir(), "sites", id);
const published = (id: string, path: string) => readFileSync(join(siteFolder(id), path), "utf8");

test("a plain site is checked out, published and live", async () => {
  const app = await bench.addApp({ "index.html": "<h1>one</h1>", "about/team.html": "us", ".env": "secret" });
  const row = await bench.untilEnded(app.deploymentId);
  expect(row.sentence).toBeNull();
  expect(row.status).toBe("ready");
  expect(row.artifactFiles).toBe(2);
  expect(await bench.liveOf(app.id)).toBe(app.deploymentId);
  expect(published(app.deploymentId, "about/team.html")).toBe("us");
  expect(readdirSync(siteFolder(app.deploymentId)).sort()).toEqual(["about", "index.html"]);
});

test("a build runs in the root directory and its output is published", async () => {
  const app = await bench.addApp(
    {
      "web/make.sh": "mkdir -p out && echo built > out/index.html && ln -s index.html out/home.html",
      x: "1",
    },
    { rootDirectory: "web", buildCommand: "sh make.sh", outputDirectory: "out" },
  );
  const row = await bench.untilEnded(app.deploymentId);
  expect(row.sentence).toBeNull();
  expect(row.status).toBe("ready");
  expect(published(app.deploymentId, "home.html")).toBe("built\n");
  await expect.poll(() => readdirSync(join(bench.database.dataDir(), "builds"))).toEqual([]);
  expect(await bench.log(app.deploymentId)).toContain("sh make.sh");
});

test("the install step reaches the registry and nothing else, the build step reaches nothing", async () => {
  const reach = `fetch(process.argv[1]).then(() => console.log("REACHED", process.argv[1]), () => console.log("not reached"))`;
  const app = await bench.addApp(
    {
      "package.json": JSON.stringify({ name: "site", private: true, dependencies: { "tide-html": "1.2.0" } }),
      "reach.cjs": reach.replaceAll("process.argv[1]", "process.argv[2]"),
      "build.mjs": `import { html, render } from "tide-html"; import { mkdirSync, writeFileSync } from "node:fs";
        mkdirSync("out"); writeFileSync("out/index.html", render(html\`<p>\${"<b>"}</p>\`));`,
    },
    {
      installCommand: `npm install && node reach.cjs ${bench.forge().url} && curl -s -m 2 -x "$http_proxy" ${bench.forge().url}/; true`,
      buildCommand: `node reach.cjs ${registry.registryUrl} && node build.mjs`,
      outputDirectory: "out",
    },
  );
  const row = await bench.untilEnded(app.deploymentId);
  const log = await bench.log(app.deploymentId);
  expect([row.sentence, log.includes("REACHED")]).toEqual([null, false]);
  expect(log.match(/^not reached$/gm)).toHaveLength(2);
  expect(log).toContain("The sandbox reaches the package registry only.");
  expect(published(app.deploymentId, "index.html")).toBe("<p>&#60;b&#62;</p>");
});

test("a push makes what is live change, by fetching only the new commit", async () => {
  const app = await bench.addApp({ "index.html": "one" });
  await bench.untilEnded(app.deploymentId);
  const commit = await bench.forge().admin.commitFiles(app.repository, "main", { "index.html": "two" });
  const second = await bench.redeployedAt(app, commit);
  expect((await bench.untilEnded(second)).status).toBe("ready");
  expect(published(second, "index.html")).toBe("two");
  expect(published(app.deploymentId, "index.html")).toBe("one");
});

test("a build that fails leaves what is live untouched, and says which command and code", async () => {
  const app = await bench.addApp({ "index.html": "one" }, { buildCommand: "exit 0" });
  await bench.untilEnded(app.deploymentId);
  const failing = await bench.addApp({ "index.html": "x" }, { buildCommand: "echo broken >&2; exit 7" });
  const row = await bench.untilEnded(failing.deploymentId);
  expect([row.status, row.reason]).toEqual(["failed", "build_failed"]);
  expect(row.sentence).toContain("ended with code 7");
  expect(await bench.log(failing.deploymentId)).toContain("broken");
  expect(await bench.liveOf(failing.id)).toBeNull();
  expect(existsSync(siteFolder(failing.deploymentId))).toBe(false);
});

test("a build that prints without end is not slowed, its log is cut and says so", async () => {
  const command =
    "yes 'a line of output' | head -c 100000000; yes | tr -d '\\n' | head -c 50000000; echo 1 > index.html";
  const app = await bench.addApp({ "x.html": "1" }, { buildCommand: command });
  const row = await bench.untilEnded(app.deploymentId);
  expect([row.status, row.sentence]).toEqual(["ready", null]);
  expect(row.logBytes).toBeLessThan(101_000);
  expect(await bench.log(app.deploymentId)).toContain("The log is full");
});

test("what is missing or leads outside is said in words", async () => {
  const reason = async (...args: Parameters<typeof bench.addApp>) => {
    const app = await bench.addApp(...args);
    return (await bench.untilEnded(app.deploymentId)).reason;
  };
  const files = { "index.html": "1", "out/x": "1" };
  expect(await reason(files, { rootDirectory: "web" })).toBe("root_missing");
  expect(await reason(files, { outputDirectory: "dist" })).toBe("output_missing");
  expect(await reason(files, { buildCommand: "true", outputDirectory: "dist" })).toBe("output_missing");
  expect(await reason({ ...files, "out/link": { symlink: "../../../../etc/passwd" } })).toBe(
    "output_outside",
  );
  expect(await reason(files, { buildCommand: "ln -s /etc out/etc", outputDirectory: "out" })).toBe(
    "output_outside",
  );
  expect(await reason(files, { buildCommand: "rm -rf out; ln -s / out", outputDirectory: "out" })).toBe(
    "output_outside",
  );
  expect(await reason({ ".hidden": "1" })).toBe("output_empty");
});

test("a site with links inside is published with what they point to", async () => {
  const app = await bench.addApp({ "index.html": "1", latest: { symlink: "index.html" } });
  expect((await bench.untilEnded(app.deploymentId)).status).toBe("ready");
  expect(published(app.deploymentId, "latest")).toBe("1");
});

test("odd file names are kept as they are", async () => {
  const names = [
    "line\nbreak.txt",
    "-leading-dash",
    "a b c",
    "quote'\"",
    "ünïcödé.txt",
    "*?[x]",
    "back\\slash",
  ];
  const app = await bench.addApp(Object.fromEntries(names.map((name) => [name, name])));
  const row = await bench.untilEnded(app.deploymentId);
  expect(row.sentence).toBeNull();
  expect(readdirSync(siteFolder(app.deploymentId)).sort()).toEqual([...names].sort());
});

test("nothing of the repository is run while it is checked out: no filter, no hook, no conversion", async () => {
  const app = await bench.addApp({
    ".gitattributes":
      "*.txt text eol=crlf filter=evil export-subst\nsecret.html export-ignore\n*.bin filter=lfs\n",
    "a.txt": "one\ntwo $Format:%H$\n",
    "secret.html": "kept",
    "x.bin": "version https://git-lfs.github.com/spec/v1\n",
  });
  await bench.untilEnded(app.deploymentId);
  expect(published(app.deploymentId, "a.txt")).toBe("one\ntwo $Format:%H$\n");
  expect(published(app.deploymentId, "secret.html")).toBe("kept");
  expect(published(app.deploymentId, "x.bin")).toContain("git-lfs");
});

test("a wish to cancel reaches the running build within two seconds", async () => {
  const app = await bench.addApp(
    { "index.html": "1" },
    { buildCommand: "echo running; setsid sleep 340 & sleep 341" },
  );
  await bench.until(app.deploymentId, (row) => row.logLines >= 3);
  const began = Date.now();
  await cancelDeployment(bench.desk().ctx, { deploymentId: app.deploymentId });
  const row = await bench.untilEnded(app.deploymentId);
  expect([row.status, row.reason]).toEqual(["cancelled", "cancelled_by"]);
  expect(Date.now() - began).toBeLessThan(10_000);
  expect(execFileSync("ps", ["ax", "-o", "args"], { encoding: "utf8" })).not.toMatch(/sleep 34[01]/);
});

test("a renamed repository is followed to its new address", async () => {
  const app = await bench.addApp({ "index.html": "one" });
  await bench.untilEnded(app.deploymentId);
  const { fullName } = await bench.forge().admin.renameRepository(app.repository, `renamed-${Date.now()}`);
  const commit = await bench.forge().admin.commitFiles(fullName, "main", { "index.html": "two" });
  const next = await bench.redeployedAt(app, commit);
  const row = await bench.untilEnded(next);
  expect([row.status, row.sentence]).toEqual(["ready", null]);
});

test("a deleted repository ends in words, a host that is down is waited for", async () => {
  const gone = await bench.addApp({ "index.html": "one" });
  await bench.untilEnded(gone.deploymentId);
  await bench.forge().admin.deleteRepository(gone.repository);
  const next = await bench.redeployedAt(gone, "c".repeat(40));
  expect((await bench.untilEnded(next)).reason).toBe("repository_gone");

  const app = await bench.addApp({ "index.html": "one" });
  await bench.untilEnded(app.deploymentId);
  const commit = await bench.forge().admin.commitFiles(app.repository, "main", { "index.html": "two" });
  const match = { path: `/${app.repository}.git/**` };
  await bench.forge().admin.fault({ match, action: { kind: "status", status: 503 }, count: 1 });
  const waiting = await bench.redeployedAt(app, commit);
  const queued = await bench.until(waiting, (row) => row.status === "queued" && row.attempts > 0);
  expect(queued.runAt?.getTime()).toBeGreaterThan(Date.now());
  await bench.hurry(waiting);
  expect((await bench.untilEnded(waiting)).status).toBe("ready");
});

test("a commit that is here already is not built from a repository that the account cannot see any more", async () => {
  const app = await bench.addApp({ "index.html": "private" });
  await bench.untilEnded(app.deploymentId);
  const { commit } = await bench.row(app.deploymentId);
  await bench.forge().admin.deleteRepository(app.repository);
  const row = await bench.untilEnded(await bench.redeployedAt(app, commit));
  expect([row.status, row.reason]).toEqual(["failed", "repository_gone"]);
});

test("a damaged mirror is made anew in the middle of a deployment", async () => {
  const app = await bench.addApp({ "index.html": "one" });
  await bench.untilEnded(app.deploymentId);
  const packs = join(bench.machine().folders.mirrors, `${app.repositoryId}.git`, "objects", "pack");
  for (const name of readdirSync(packs)) rmSync(join(packs, name));
  const { id } = await redeploy(bench.desk().ctx, { deploymentId: app.deploymentId });
  const row = await bench.untilEnded(id);
  expect([row.status, row.sentence]).toEqual(["ready", null]);
  expect(await bench.log(id)).toContain("was damaged");
});
