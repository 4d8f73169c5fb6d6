import { fork, spawnSync } from "node:child_process";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { isAlive } from "./postgres/processes.mjs";
import { findPostgres, startPostgres } from "./postgres.mjs";
import { inRoot } from "./project.mjs";

// The real supervisor, lock and PostgreSQL; in place of the console's processes there are tiny ones, below.
const PROCESS = `
import { appendFileSync, existsSync } from "node:fs";
const role = process.argv[1].split("/").pop().split(".")[0];
appendFileSync(process.env.DATA_DIR + "/" + role + ".pids", process.pid + "\\n");
if (existsSync(process.env.DATA_DIR + "/" + role + ".refuses")) { console.error(role + ": wrong setting"); process.exit(78); }
const isDeaf = existsSync(process.env.DATA_DIR + "/" + role + ".deaf");
process.on("SIGTERM", () => isDeaf || process.exit(0));
process.on("disconnect", () => process.exit(0));
setInterval(() => undefined, 1000);
process.send({ type: "ready", port: 1 });
`;
const BOOT = `
export const boot = async () => ({ masterKeyFile: process.env.DATA_DIR + "/master.key" });
export const firstRunLink = async () => "http://localhost:3000/setup?token=once";
`;

let cluster;
let folder;
let started;
const dataDir = () => join(folder, "data");

beforeAll(async () => {
  cluster = mkdtempSync(join(tmpdir(), "skytells-cluster-"));
  chmodSync(cluster, 0o711);
  await (await startPostgres({ dataDir: cluster })).stop();
});

afterAll(() => rmSync(cluster, { recursive: true, force: true }));

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "skytells-start-"));
  chmodSync(folder, 0o711);
  for (const name of ["server", "worker", "sites"]) writeFileSync(join(folder, `${name}.mjs`), PROCESS);
  writeFileSync(join(folder, "boot.mjs"), BOOT);
  mkdirSync(dataDir());
  // A first start takes most of a second: it is made once, and copied.
  spawnSync("cp", ["-a", join(cluster, "postgres"), dataDir()]);
  started = [];
});

afterEach(async () => {
  for (const supervisor of started) supervisor.child.kill("SIGTERM");
  await Promise.all(started.map((supervisor) => supervisor.ended));
  await endDatabase();
  rmSync(folder, { recursive: true, force: true });
});

async function endDatabase() {
  const file = join(dataDir(), "postgres", "cluster", "postmaster.pid");
  if (!existsSync(file)) return;
  const pid = Number.parseInt(readFileSync(file, "utf8"), 10);
  if (isAlive(pid)) process.kill(pid, "SIGQUIT");
  await expect.poll(() => isAlive(pid), { timeout: 10_000 }).toBe(false);
}

function start(...options) {
  const env = {
    ...process.env,
    DATA_DIR: dataDir(),
    DIST_DIR: folder,
    PORT: "0",
    SITES_PORT: "0",
    DATABASE_URL: "",
  };
  const child = fork(inRoot("scripts", "start.mjs"), ["--as-built", ...options], { env, silent: true });
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (chunk) => {
      output += chunk;
    });
  const ended = new Promise((resolve) => child.once("exit", (code, signal) => resolve(code ?? signal)));
  const ready = new Promise((resolve) => child.on("message", resolve));
  const supervisor = { child, ended, ready: Promise.race([ready, ended]), output: () => output };
  started.push(supervisor);
  return supervisor;
}

const pidsOf = (role) => {
  const file = join(dataDir(), `${role}.pids`);
  return existsSync(file) ? readFileSync(file, "utf8").trim().split("\n").map(Number) : [];
};
const livingPids = () => ["server", "worker", "sites"].flatMap(pidsOf).filter(isAlive);
const flag = (name) => writeFileSync(join(dataDir(), name), "");

describe("the supervisor", () => {
  test("starts the database and all processes, says where, and stops everything within two seconds", async () => {
    const supervisor = start();
    expect(await supervisor.ready).toMatchObject({ type: "ready" });
    expect(supervisor.output()).toContain("/setup?token=once");
    expect(livingPids()).toHaveLength(3);
    expect(findPostgres({ dataDir: dataDir() })).toContain("postgres://");

    const askedAt = Date.now();
    supervisor.child.kill("SIGTERM");
    expect(await supervisor.ended).toBe(0);
    expect(Date.now() - askedAt).toBeLessThan(10_000);
    expect(livingPids()).toEqual([]);
    expect(findPostgres({ dataDir: dataDir() })).toBeUndefined();
  });

  test("stops within two seconds even when a process does not listen", async () => {
    flag("worker.deaf");
    const supervisor = start();
    await supervisor.ready;
    const askedAt = Date.now();
    supervisor.child.kill("SIGTERM");
    expect(await supervisor.ended).toBe(0);
    expect(Date.now() - askedAt).toBeLessThan(11_000);
    expect(livingPids()).toEqual([]);
  });

  test("forces the end at the second request", async () => {
    flag("server.deaf");
    const supervisor = start();
    await supervisor.ready;
    supervisor.child.kill("SIGINT");
    await expect.poll(() => supervisor.output()).toContain("stopping");
    supervisor.child.kill("SIGINT");
    expect(await supervisor.ended).toBe(130);
    await expect.poll(livingPids).toEqual([]);
  });

  test("starts a process again that was killed, and leaves the others alone", async () => {
    const supervisor = start();
    await supervisor.ready;
    const [worker] = pidsOf("worker");
    process.kill(worker, "SIGKILL");
    await expect.poll(() => pidsOf("worker").length, { timeout: 5000 }).toBe(2);
    expect(livingPids()).toHaveLength(3);
    expect(pidsOf("server")).toHaveLength(1);
  });

  test("starts the database again that was killed", async () => {
    const supervisor = start();
    await supervisor.ready;
    const file = join(dataDir(), "postgres", "cluster", "postmaster.pid");
    const first = Number.parseInt(readFileSync(file, "utf8"), 10);
    process.kill(first, "SIGKILL");
    await expect.poll(() => isAlive(first)).toBe(false);
    await expect.poll(() => findPostgres({ dataDir: dataDir() }), { timeout: 15_000 }).toBeDefined();
  });

  test("stops everything with code 78 and the reason when a process cannot run as configured", async () => {
    flag("sites.refuses");
    const supervisor = start();
    expect(await supervisor.ended).toBe(78);
    expect(supervisor.output()).toContain("sites: wrong setting");
    expect(pidsOf("sites")).toHaveLength(1);
    expect(livingPids()).toEqual([]);
  });

  test("killed with -9 takes its processes along, and the next one adopts the database", async () => {
    const first = start();
    await first.ready;
    const url = findPostgres({ dataDir: dataDir() });
    first.child.kill("SIGKILL");
    await first.ended;
    await expect.poll(livingPids, { timeout: 5000 }).toEqual([]);
    expect(findPostgres({ dataDir: dataDir() })).toBe(url);
    const second = start();
    expect(await second.ready).toMatchObject({ type: "ready" });
  });

  test("refuses a second console on the same data folder, also by another path, and names the first", async () => {
    const first = start();
    await first.ready;
    symlinkSync(dataDir(), join(folder, "link"));
    const env = { ...process.env, DATA_DIR: join(folder, "link"), DIST_DIR: folder };
    const second = fork(inRoot("scripts", "start.mjs"), ["--as-built"], { env, silent: true });
    let output = "";
    second.stderr.on("data", (chunk) => {
      output += chunk;
    });
    expect(await new Promise((resolve) => second.once("close", resolve))).toBe(1);
    expect(output).toContain(`already runs on ${join(folder, "link")} (process ${first.child.pid})`);
    expect(livingPids()).toHaveLength(3);
  });

  test("runs one process beside another on one database, which ends with the one that started it", async () => {
    const web = start("web");
    await web.ready;
    const worker = start("worker");
    await worker.ready;
    expect(pidsOf("server")).toHaveLength(1);
    expect(pidsOf("worker")).toHaveLength(1);
    expect(pidsOf("sites")).toHaveLength(0);
    worker.child.kill("SIGTERM");
    await worker.ended;
    expect(findPostgres({ dataDir: dataDir() })).toBeDefined();
  });

  test("says what to do when the build is missing, the process is unknown, or the data folder is a file", async () => {
    const unknown = start("database");
    expect(await unknown.ended).toBe(1);
    expect(unknown.output()).toContain("There are web, worker, sites");

    rmSync(join(folder, "server.mjs"));
    const unbuilt = start();
    expect(await unbuilt.ended).toBe(1);
    expect(unbuilt.output()).toContain("npm run build");
    expect(findPostgres({ dataDir: dataDir() })).toBeUndefined();

    rmSync(dataDir(), { recursive: true });
    cpSync(join(folder, "boot.mjs"), dataDir());
    const misplaced = start();
    expect(await misplaced.ended).toBe(1);
    expect(misplaced.output()).toContain("is not a folder");
    rmSync(dataDir());
  });
});
