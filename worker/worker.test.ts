import { existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { eq } from "drizzle-orm";
import { afterEach, expect, test } from "vitest";
import { db, deployments, newId, workers } from "@/db";
import { useWorkbench } from "@/lib/testing/workbench";
import { useWorkerProcesses } from "@/lib/testing/worker-process";

const bench = useWorkbench({
  isWorking: false,
  settings: () => ({ LEASE_SECONDS: "2", DEPLOYMENTS_KEPT: "2" }),
});
const startProcess = useWorkerProcesses();

afterEach(async () => {
  await bench.stop();
  await startProcess.endAll();
});

const sites = () => join(bench.database.dataDir(), "sites");
const builds = () => join(bench.database.dataDir(), "builds");
const processes = (): string =>
  readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, "latin1").replaceAll("\0", " ");
      } catch {
        return "";
      }
    })
    .filter((line) => /sleep 35\d/.test(line))
    .join("\n");

async function until(isSo: () => boolean | Promise<boolean>, patienceMs = 10_000): Promise<void> {
  const deadline = Date.now() + patienceMs;
  while (!(await isSo())) {
    if (Date.now() > deadline) throw new Error("It did not come to that.");
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

test("a push that came before the checkout takes the older one's place", async () => {
  const app = await bench.addApp({ "index.html": "one" }, { autoDeploy: true });
  await bench.forge().admin.commitFiles(app.repository, "main", { "index.html": "two" });
  await bench.start();
  const row = await bench.untilEnded(app.deploymentId);
  expect([row.status, row.reason]).toEqual(["cancelled", "superseded_before_start"]);
  await until(async () => (await bench.liveOf(app.id)) !== null);
  const live = await bench.liveOf(app.id);
  expect(readFileSync(join(sites(), live ?? "", "index.html"), "utf8")).toBe("two");
});

test("a worker that is told to stop hands back what it builds, and that does not count", async () => {
  const app = await bench.addApp({ "index.html": "1" }, { buildCommand: "sleep 351" });
  const worker = await startProcess();
  await until(() => /(^|\n)sleep 351/.test(processes()));
  const began = Date.now();
  worker.kill("SIGTERM");
  expect(await worker.ended).toBe(0);
  expect(Date.now() - began).toBeLessThan(7500);
  const row = await bench.row(app.deploymentId);
  expect([row.status, row.attempts, row.lostLeases]).toEqual(["queued", 0, 0]);
  expect(processes()).not.toContain("sleep 351");
  expect(readdirSync(builds())).toEqual([]);
  expect(await db().select().from(workers)).toEqual([]);
  await giveUp(app.deploymentId);
});

test("what a killed worker was building dies with it, and another one takes it up and ends it", async () => {
  const app = await bench.addApp({ "index.html": "one" }, { buildCommand: "sleep 352" });
  const worker = await startProcess();
  await until(() => /(^|\n)sleep 352/.test(processes()));
  worker.kill("SIGKILL");
  await worker.ended;
  await until(() => !processes().includes("sleep 352"), 2000);
  expect(await bench.liveOf(app.id)).toBeNull();
  expect(readdirSync(sites())).not.toContain(app.deploymentId);
  // The second attempt ends at once: its plan is the same, but for the time that it takes.
  const { plan } = await bench.row(app.deploymentId);
  await db()
    .update(deployments)
    .set({ plan: { ...plan, buildCommand: "echo again" } })
    .where(eq(deployments.id, app.deploymentId));
  await bench.start();
  const row = await bench.untilEnded(app.deploymentId);
  expect([row.status, row.lostLeases, row.sentence]).toEqual(["ready", 1, null]);
  expect(await bench.liveOf(app.id)).toBe(app.deploymentId);
  expect(await bench.log(app.deploymentId)).toContain("again");
});

test("a sandbox that lost its worker while it was being set up is ended by the next worker", async () => {
  const app = await bench.addApp({ "index.html": "one" }, { buildCommand: "sleep 353" });
  const worker = await startProcess();
  // The first sight of its argument list is that of bubblewrap, long before the command runs.
  await until(() => processes().includes("sleep 353"));
  worker.kill("SIGKILL");
  await worker.ended;
  await giveUp(app.deploymentId);
  await startProcess();
  await until(() => !processes().includes("sleep 353"));
});

test("a worker that is killed at any moment leaves nothing half-published", async () => {
  const files = Object.fromEntries(
    Array.from({ length: 60 }, (_, index) => [`page-${index}.html`, `${index}`]),
  );
  const app = await bench.addApp(files);
  const first = await startProcess();
  await bench.untilEnded(app.deploymentId);
  for (const afterMs of [5, 60, 120]) {
    const commit = await bench
      .forge()
      .admin.commitFiles(app.repository, "main", { "page-0.html": `v${afterMs}` });
    const worker = afterMs === 5 ? first : await startProcess();
    const id = await bench.redeployedAt(app, commit);
    await new Promise((resolve) => setTimeout(resolve, afterMs));
    worker.kill("SIGKILL");
    await worker.ended;
    expectWholeSites(60);
    const next = await startProcess();
    const row = await bench.untilEnded(id);
    expect([row.status, row.sentence]).toEqual(["ready", null]);
    expectWholeSites(60);
    expect(readFileSync(join(sites(), id, "page-0.html"), "utf8")).toBe(`v${afterMs}`);
    next.kill("SIGTERM");
    await next.ended;
  }
}, 120_000);

/** Whatever is in place under a deployment's id is complete. */
function expectWholeSites(files: number): void {
  for (const name of readdirSync(sites())) {
    const isPageSite = existsSync(join(sites(), name, "page-1.html"));
    if (!name.startsWith("dep_") || !isPageSite) continue;
    expect(readdirSync(join(sites(), name))).toHaveLength(files);
  }
}

test("leftovers of a killed worker are gone once the next one works, and its row tells what it can do", async () => {
  mkdirSync(join(builds(), "dep_left"), { recursive: true });
  const worker = await startProcess();
  expect(existsSync(join(builds(), "dep_left"))).toBe(false);
  const [row] = await db().select().from(workers);
  expect(row).toMatchObject({ sandbox: "bubblewrap", sandboxDetail: null });
  expect(row?.gitVersion).toMatch(/^2\.\d+/);
  worker.kill("SIGTERM");
  await worker.ended;
});

test("published files that nothing refers to are removed, what is live stays", async () => {
  const app = await bench.addApp({ "index.html": "1" });
  await bench.start();
  await bench.untilEnded(app.deploymentId);
  await bench.stop();
  const forgotten = join(sites(), newId("dep"));
  mkdirSync(forgotten);
  await bench.start();
  await until(() => !existsSync(forgotten));
  expect(existsSync(join(sites(), app.deploymentId))).toBe(true);
});

test("of many deployments the last ones are kept, and the live one", async () => {
  const app = await bench.addApp({ "index.html": "1" });
  await bench.start();
  await bench.untilEnded(app.deploymentId);
  const later: string[] = [];
  for (let count = 0; count < 3; count += 1) {
    later.push(await bench.redeployedAt(app, (await bench.row(app.deploymentId)).commit));
    await bench.untilEnded(later.at(-1) ?? "");
  }
  await until(() => !existsSync(join(sites(), app.deploymentId)));
  for (const id of later.slice(-2)) expect(existsSync(join(sites(), id))).toBe(true);
  expect((await bench.row(app.deploymentId)).prunedAt).not.toBeNull();
});

test("without bubblewrap a plain site deploys and a build command is refused in words", async () => {
  const machine = { ...bench.machine(), sandbox: { kind: "missing", detail: "It is not there." } } as const;
  const plain = await bench.addApp({ "index.html": "1" });
  const building = await bench.addApp({ "index.html": "1" }, { buildCommand: "true" });
  await bench.start(machine);
  expect((await bench.untilEnded(plain.deploymentId)).status).toBe("ready");
  const row = await bench.untilEnded(building.deploymentId);
  expect([row.status, row.reason]).toEqual(["failed", "sandbox_missing"]);
  expect(row.sentence).toContain("install bubblewrap");
  await bench.stop();
});

/** Takes a deployment that nobody should build any more out of the way of the other tests. */
const giveUp = (id: string) =>
  db()
    .update(deployments)
    .set({ status: "cancelled", runAt: null, finishedAt: new Date(), leaseToken: null, leaseUntil: null })
    .where(eq(deployments.id, id));
