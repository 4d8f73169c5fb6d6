import { readdirSync, readFileSync } from "node:fs";

const NAMES = [
  ["supervisor", /scripts\/start\.mjs/],
  ["web", /server\.mjs/],
  ["worker", /worker\.mjs/],
  ["sites", /sites\.mjs/],
];

/**
 * What each process of a console holds, in MiB; memory that several share is counted in parts (PSS), so that the sum is
 * what the machine really gives. Linux only.
 * @param {number} supervisor its pid
 * @param {string} dataDir by which the database's processes are known
 */
export function memoryOf(supervisor, dataDir) {
  const sizes = {};
  for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    const name = nameOf(Number(pid), supervisor, dataDir);
    if (name) sizes[name] = (sizes[name] ?? 0) + proportionalMiB(pid);
  }
  return sizes;
}

function nameOf(pid, supervisor, dataDir) {
  try {
    const command = readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
    if (isBelow(pid, supervisor))
      return NAMES.find(([, pattern]) => pattern.test(command))?.[0] ?? databaseOf(command);
    return command.includes(dataDir) ? databaseOf(command) : undefined;
  } catch {
    return undefined;
  }
}

const databaseOf = (command) => (/postgres/.test(command) ? "database" : undefined);

function isBelow(pid, ancestor) {
  for (let at = pid; at > 1; at = parentOf(at)) if (at === ancestor) return true;
  return false;
}

function parentOf(pid) {
  const [, rest] = readFileSync(`/proc/${pid}/stat`, "utf8").split(/\) [A-Z] /);
  return Number.parseInt(rest, 10);
}

function proportionalMiB(pid) {
  const kilobytes = readFileSync(`/proc/${pid}/smaps_rollup`, "utf8").match(/^Pss:\s+(\d+)/m)?.[1] ?? 0;
  return Number(kilobytes) / 1024;
}
