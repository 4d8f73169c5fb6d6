import { spawn } from "node:child_process";
import { closeSync, openSync, readFileSync, statSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import pg from "pg";
import { SERVER_ENVIRONMENT } from "./environment.mjs";
import { isAlive } from "./processes.mjs";

/** Recovery after a crash may replay for a while; the server refuses connections until it is done. */
const READY_WITHIN_MS = 60_000;
const LONGEST_LOG_BYTES = 1024 * 1024;

/** On a unix socket only; what statements complain about is their caller's to log, and may hold what no log should. */
const settings = (socketFolder, isDurable) => ({
  listen_addresses: "",
  unix_socket_directories: socketFolder,
  unix_socket_permissions: "0700",
  max_connections: "100",
  shared_buffers: "64MB",
  log_min_messages: "log",
  log_checkpoints: "off",
  ...(isDurable ? {} : { fsync: "off", synchronous_commit: "off", full_page_writes: "off" }),
});

/** Starts the postmaster in a session of its own, so that Ctrl-C reaches the supervisor alone. */
export function spawnPostmaster({ binaries, account, paths, isDurable }) {
  const chosen = Object.entries(settings(paths.socketFolder, isDurable));
  const options = chosen.flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  const [command, args] = account.wrap(binaries.postgres, ["-D", paths.cluster, ...options]);
  const log = openSync(paths.log, isLong(paths.log) ? "w" : "a", 0o600);
  const { uid, gid } = account;
  const stdio = ["ignore", log, log];
  const child = spawn(command, args, { uid, gid, cwd: "/", env: SERVER_ENVIRONMENT, detached: true, stdio });
  closeSync(log);
  return child;
}

const isLong = (file) => (statSync(file, { throwIfNoEntry: false })?.size ?? 0) > LONGEST_LOG_BYTES;

/** Waits until the server answers, and makes sure that it has the database. */
export async function prepareDatabase({ socketFolder, log }, database, hasEnded) {
  const deadline = Date.now() + READY_WITHIN_MS;
  for (;;) {
    const problem = await tryPrepare(socketFolder, database);
    if (!problem) return;
    if (hasEnded()) throw new Error(`The database stopped while starting. ${lastLines(log)}`);
    if (Date.now() > deadline)
      throw new Error(`The database does not answer: ${problem.message}. ${lastLines(log)}`);
    await delay(15);
  }
}

async function tryPrepare(host, database) {
  const client = new pg.Client({ host, user: "console", database: "postgres" });
  client.on("error", () => undefined);
  try {
    await client.connect();
    const found = await client.query("select 1 from pg_database where datname = $1", [database]);
    if (found.rowCount === 0) await client.query(`create database ${pg.escapeIdentifier(database)}`);
    return undefined;
  } catch (error) {
    return error;
  } finally {
    await client.end().catch(() => undefined);
  }
}

const lastLines = (log) => readFileSync(log, "utf8").trim().split("\n").slice(-5).join("\n");

/** Ends the server: at once but cleanly, then without asking. Resolves when it is gone. */
export async function stopPostmaster(pid, { patienceMs = 5000 } = {}) {
  for (const signal of ["SIGINT", "SIGQUIT", "SIGKILL"]) {
    if (!isAlive(pid)) return;
    process.kill(pid, signal);
    const deadline = Date.now() + patienceMs;
    while (isAlive(pid) && Date.now() < deadline) await delay(10);
  }
}
