import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, readlinkSync } from "node:fs";

const isLinux = process.platform === "linux";

/** Whether a process runs. A zombie does not: where PID 1 does not reap, the dead stay listed. */
export function isAlive(pid) {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return error.code === "EPERM";
  }
  return !isZombie(pid);
}

function isZombie(pid) {
  if (!isLinux) return false;
  try {
    return /\) Z /.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return true;
  }
}

/** Whether the process was started with this word among its arguments: a pid alone may have been given to another. */
export function hasArgument(pid, word) {
  if (!isLinux)
    return spawnSync("ps", ["-p", String(pid), "-o", "command="], { encoding: "utf8" }).stdout.includes(word);
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0").includes(word);
  } catch {
    return false;
  }
}

/** Whether any living process works in the folder: the server's children outlive a killed postmaster for a moment. */
export function isFolderInUse(folder) {
  if (!isLinux) return false;
  return readdirSync("/proc").some((entry) => /^\d+$/.test(entry) && worksIn(Number(entry), folder));
}

function worksIn(pid, folder) {
  try {
    return readlinkSync(`/proc/${pid}/cwd`) === folder && !isZombie(pid);
  } catch {
    return false;
  }
}
