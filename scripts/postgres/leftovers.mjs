import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { hasArgument, isAlive, isFolderInUse } from "./processes.mjs";

const ORPHANS_END_MS = 10_000;

/** The pid of the server that runs on the cluster, or undefined. */
export function findPostmaster(cluster) {
  const pid = readPid(cluster);
  return pid !== undefined && isAlive(pid) && hasArgument(pid, cluster) ? pid : undefined;
}

function readPid(cluster) {
  const file = join(cluster, "postmaster.pid");
  if (!existsSync(file)) return undefined;
  const pid = Number.parseInt(readFileSync(file, "utf8"), 10);
  return pid > 0 ? pid : undefined;
}

/**
 * Removes what a killed server left behind. PostgreSQL would do so itself, but takes a zombie, or a stranger that was
 * given its pid after a reboot, for a running server.
 */
export async function clearStaleLocks({ cluster, socketFolder }) {
  const locks = [
    join(cluster, "postmaster.pid"),
    join(socketFolder, ".s.PGSQL.5432"),
    join(socketFolder, ".s.PGSQL.5432.lock"),
  ];
  if (!locks.some(existsSync)) return;
  await orphansGone(cluster);
  for (const lock of locks) rmSync(lock, { force: true });
}

async function orphansGone(cluster) {
  const deadline = Date.now() + ORPHANS_END_MS;
  while (isFolderInUse(cluster)) {
    if (Date.now() > deadline)
      throw new Error(`Another process still works on ${cluster}. End it, then start again.`);
    await delay(25);
  }
}
