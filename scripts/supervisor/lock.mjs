import { createHash } from "node:crypto";
import { linkSync, mkdirSync, readFileSync, realpathSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { join } from "node:path";
import { isAlive } from "../postgres/processes.mjs";

/**
 * Takes the lock of one role on a data folder, for as long as this process lives: two supervisors on one folder would
 * publish over each other.
 * @param {string} dataDir an existing folder
 * @param {string} role what may run once: `web`, `worker`, `sites`, `database`
 * @returns {Promise<{ isHeld: true, release: () => void } | { isHeld: false, pid: number | undefined }>} `pid` of the holder
 */
export function takeLock(dataDir, role) {
  return process.platform === "linux" ? takeSocket(socketName(dataDir, role)) : takeFile(dataDir, role);
}

/** The kernel drops an abstract socket with its process, however that ends: there is nothing to be stale. */
function socketName(dataDir, role) {
  const folder = createHash("sha256").update(realpathSync(dataDir)).digest("hex").slice(0, 32);
  return `\0skytells-console/${folder}/${role}`;
}

function takeSocket(path) {
  const server = createServer((asker) => {
    asker.on("error", () => undefined);
    asker.end(String(process.pid));
  });
  server.unref();
  return new Promise((resolve, reject) => {
    server.on("error", (error) => {
      if (error.code !== "EADDRINUSE") return reject(error);
      askHolder(path).then((pid) => resolve({ isHeld: false, pid }));
    });
    server.listen({ path, exclusive: true }, () => resolve({ isHeld: true, release: () => server.close() }));
  });
}

function askHolder(path) {
  return new Promise((resolve) => {
    let answer = "";
    const asking = connect({ path, timeout: 1000 });
    asking.on("data", (chunk) => {
      answer += chunk;
    });
    asking.on("error", () => undefined);
    asking.on("timeout", () => asking.destroy());
    asking.on("close", () => resolve(Number.parseInt(answer, 10) || undefined));
  });
}

/** Elsewhere a file that appears with its content at once (a link), or not at all. */
export async function takeFile(dataDir, role) {
  const file = join(dataDir, `${role}.lock`);
  const own = `${file}.${process.pid}`;
  mkdirSync(dataDir, { recursive: true });
  writeFileSync(own, String(process.pid));
  try {
    return linkOver(own, file);
  } finally {
    rmSync(own, { force: true });
  }
}

function linkOver(own, file) {
  if (tryLink(own, file)) return held(file);
  const holder = readHolder(file);
  if (holder !== undefined && isAlive(holder)) return { isHeld: false, pid: holder };
  // Only one of several can rename the dead one's lock away; whoever loses sees the new one below.
  const aside = `${own}.stale`;
  if (tryRename(file, aside)) rmSync(aside, { force: true });
  return tryLink(own, file) ? held(file) : { isHeld: false, pid: readHolder(file) };
}

const held = (file) => ({ isHeld: true, release: () => rmSync(file, { force: true }) });

const tryLink = (from, to) => succeeds(() => linkSync(from, to), "EEXIST");
const tryRename = (from, to) => succeeds(() => renameSync(from, to), "ENOENT");

function succeeds(change, expected) {
  try {
    change();
    return true;
  } catch (error) {
    if (error.code === expected) return false;
    throw error;
  }
}

function readHolder(file) {
  try {
    return Number.parseInt(readFileSync(file, "utf8"), 10) || undefined;
  } catch {
    return undefined;
  }
}
