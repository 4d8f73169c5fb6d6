import { fork } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { isAlive, isFolderInUse } from "./postgres/processes.mjs";
import { findPostgres, startPostgres } from "./postgres.mjs";

// Starts the server as a supervisor would, says so, and waits to be killed.
const OWNER = `
const { startPostgres } = await import(process.argv[2]);
const server = await startPostgres({ dataDir: process.argv[3] });
process.send({ pid: server.pid, url: server.url });
setInterval(() => undefined, 1000);
`;

let folder;
const dataDir = () => join(folder, "data");
const cluster = () => join(dataDir(), "postgres", "cluster");
const pidFile = () => join(cluster(), "postmaster.pid");

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "skytells-pgtest-"));
  chmodSync(folder, 0o711);
});

afterEach(async () => {
  if (existsSync(pidFile())) {
    const pid = Number.parseInt(readFileSync(pidFile(), "utf8"), 10);
    if (isAlive(pid)) process.kill(pid, "SIGQUIT");
    await expect.poll(() => isFolderInUse(cluster()), { timeout: 10_000 }).toBe(false);
  }
  rmSync(folder, { recursive: true, force: true });
});

async function startInOwner() {
  const script = join(folder, "owner.mjs");
  writeFileSync(script, OWNER);
  const owner = fork(script, [new URL("./postgres.mjs", import.meta.url).href, dataDir()]);
  const { pid, url } = await new Promise((resolve) => owner.once("message", resolve));
  const kill = () => {
    owner.kill("SIGKILL");
    return new Promise((resolve) => owner.once("exit", resolve));
  };
  return { pid, url, kill };
}

async function query(url, text) {
  const client = new pg.Client({ connectionString: url });
  client.on("error", () => undefined);
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}

describe("the embedded database", () => {
  test("is made at the first start, keeps its rows, is durable and listens on no network", async () => {
    const first = await startPostgres({ dataDir: dataDir() });
    await query(first.url, "create table kept (n int)");
    await query(first.url, "insert into kept values (7)");
    const names = ["fsync", "data_checksums", "listen_addresses", "full_page_writes"];
    const shown = await query(
      first.url,
      `select name, setting from pg_settings where name in ('${names.join("','")}')`,
    );
    expect(Object.fromEntries(shown.map((row) => [row.name, row.setting]))).toEqual({
      fsync: "on",
      data_checksums: "on",
      listen_addresses: "",
      full_page_writes: "on",
    });
    await first.stop();
    expect(isAlive(first.pid)).toBe(false);
    expect(findPostgres({ dataDir: dataDir() })).toBeUndefined();

    const second = await startPostgres({ dataDir: dataDir() });
    expect(second.isAdopted).toBe(false);
    expect(await query(second.url, "select n from kept")).toEqual([{ n: 7 }]);
    await second.stop();
  });

  test("outlives its killed starter and is adopted", async () => {
    const owner = await startInOwner();
    await owner.kill();
    const adopted = await startPostgres({ dataDir: dataDir() });
    expect(adopted).toMatchObject({ isAdopted: true, pid: owner.pid, url: owner.url });
    await adopted.stop();
    expect(isAlive(owner.pid)).toBe(false);
  });

  test("recovers what was committed when everything is killed at once", async () => {
    const owner = await startInOwner();
    await query(owner.url, "create table kept (n int)");
    await query(owner.url, "insert into kept select generate_series(1, 1000)");
    process.kill(owner.pid, "SIGKILL");
    await owner.kill();
    const recovered = await startPostgres({ dataDir: dataDir() });
    expect(recovered.isAdopted).toBe(false);
    expect(await query(recovered.url, "select count(*)::int as n from kept")).toEqual([{ n: 1000 }]);
    await recovered.stop();
  });

  test("starts over the pid file of a process that is gone, or is somebody else by now", async () => {
    await (await startPostgres({ dataDir: dataDir() })).stop();
    for (const stale of [String(process.pid), "4194300"]) {
      writeFileSync(pidFile(), `${stale}\n${cluster()}\n1\n5432\n`);
      const server = await startPostgres({ dataDir: dataDir() });
      expect(server.isAdopted).toBe(false);
      await server.stop();
    }
  });

  test("starts over a first start that was killed half-way", async () => {
    mkdirSync(`${cluster()}.tmp`, { recursive: true });
    writeFileSync(join(`${cluster()}.tmp`, "PG_VERSION"), "18\n");
    const server = await startPostgres({ dataDir: dataDir() });
    expect(await query(server.url, "select 1 as one")).toEqual([{ one: 1 }]);
    await server.stop();
  });

  test("refuses the data of another version, and says what to do", async () => {
    await (await startPostgres({ dataDir: dataDir() })).stop();
    writeFileSync(join(cluster(), "PG_VERSION"), "17\n");
    await expect(startPostgres({ dataDir: dataDir() })).rejects.toThrow(/written by PostgreSQL 17.*pg_dump/);
  });

  test("finds room for its socket when the data folder's path is too long for one", async () => {
    const deep = join(folder, "d".repeat(120));
    const server = await startPostgres({ dataDir: deep });
    expect(Buffer.byteLength(server.socketFolder)).toBeLessThan(90);
    expect(await query(server.url, "select 1 as one")).toEqual([{ one: 1 }]);
    await server.stop();
    rmSync(server.socketFolder, { recursive: true, force: true });
  });

  test("tells when it ends, also when it was adopted", async () => {
    const owner = await startInOwner();
    const adopted = await startPostgres({ dataDir: dataDir() });
    const gone = new Promise((resolve) => adopted.onExit(resolve));
    process.kill(owner.pid, "SIGKILL");
    await gone;
    await owner.kill();
  });

  test.runIf(process.getuid?.() === 0)("runs as root below a folder that others may not enter", async () => {
    chmodSync(folder, 0o700);
    const server = await startPostgres({ dataDir: dataDir() });
    expect(await query(server.url, "select 1 as one")).toEqual([{ one: 1 }]);
    await server.stop();
  });
});
