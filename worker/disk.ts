import { lstat, readdir, statfs } from "node:fs/promises";
import { join } from "node:path";

export type DiskProblem = "too_large" | "no_space";

const LOOK_EVERY_MS = 500;
const SCAN_EVERY_MS = 15_000;
/** Free space that vanished since the last scan, before the next one is worth its reads. */
const SUSPICIOUS_BYTES = 64 * 1024 * 1024;
/** What is left to the database and the log. */
const RESERVE_BYTES = 64 * 1024 * 1024;

/**
 * Watches how much a folder holds while a build fills it, and how much its disk has left: there is no quota to rely on.
 * Looking at the free space is cheap, so a scan only follows when some of it has gone.
 */
export function watchDisk(folder: string, maxBytes: number, onProblem: (problem: DiskProblem) => void) {
  let isBusy = false;
  let freeAtScan = Number.POSITIVE_INFINITY;
  let nextScanAt = 0;
  const look = async () => {
    const free = await freeBytes(folder);
    if (free < RESERVE_BYTES) return onProblem("no_space");
    const isDue = Date.now() >= nextScanAt || freeAtScan - free > SUSPICIOUS_BYTES;
    if (!isDue) return;
    freeAtScan = free;
    if ((await sizeOfTree(folder, maxBytes)) > maxBytes) return onProblem("too_large");
    nextScanAt = Date.now() + SCAN_EVERY_MS;
  };
  const timer = setInterval(() => {
    if (isBusy) return;
    isBusy = true;
    // A folder that vanishes under the scan belongs to a build that is over.
    void look()
      .catch(() => undefined)
      .finally(() => {
        isBusy = false;
      });
  }, LOOK_EVERY_MS);
  return { stop: () => clearInterval(timer) };
}

async function freeBytes(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}

/** Whether the disk of a folder has less left than the console itself needs. */
export const isDiskFull = async (folder: string): Promise<boolean> =>
  (await freeBytes(folder)) < RESERVE_BYTES;

/** Disk space that a folder takes with all below it; stops counting beyond `enough`. */
export async function sizeOfTree(folder: string, enough: number): Promise<number> {
  let bytes = 0;
  const waiting = [folder];
  for (let next = waiting.pop(); next !== undefined && bytes <= enough; next = waiting.pop()) {
    const entries = await readdir(next, { withFileTypes: true }).catch(() => []);
    for (const entry of entries) {
      const path = join(next, entry.name);
      if (entry.isDirectory()) waiting.push(path);
      else bytes += await sizeOfFile(path);
    }
  }
  return bytes;
}

const sizeOfFile = (path: string): Promise<number> =>
  lstat(path).then(
    (found) => found.blocks * 512,
    () => 0,
  );
