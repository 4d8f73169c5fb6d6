import { readdirSync, readFileSync } from "node:fs";

/** Everything that could be read of other processes while it watched: argument lists and environments. */
export type ProcessWatch = { stop(): string[] };

const LOOK_EVERY_MS = 1;

/** Reads the argument list and environment of every descendant of this process again and again, as anybody of this user could. */
export function watchProcesses(): ProcessWatch {
  const seen = new Set<string>();
  const timer = setInterval(() => {
    for (const pid of descendants()) seen.add(`${read(pid, "cmdline")}\n${read(pid, "environ")}`);
  }, LOOK_EVERY_MS);
  return {
    stop: () => {
      clearInterval(timer);
      return [...seen];
    },
  };
}

function descendants(): string[] {
  const parents = new Map<string, string>();
  for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    parents.set(pid, /^PPid:\t(\d+)$/m.exec(read(pid, "status"))?.[1] ?? "");
  }
  const isOurs = (pid: string | undefined): boolean =>
    pid !== undefined && (pid === String(process.pid) || isOurs(parents.get(pid)));
  return [...parents.keys()].filter((pid) => pid !== String(process.pid) && isOurs(pid));
}

function read(pid: string, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "latin1").replaceAll("\0", " ");
  } catch {
    return "";
  }
}
