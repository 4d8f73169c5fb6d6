import { readFileSync } from "node:fs";
import type { Evidence } from "./evidence";

export type ProcessWatch = {
  /** From now on this process and all that descend from it are looked at. */
  follow(pid: number | undefined): void;
  seen(): Evidence[];
  stop(): void;
};

const LOOK_EVERY_MS = 20;

/**
 * Reads the arguments and the environment of processes again and again, as anybody of this user (and root) could. What lives a
 * few milliseconds may be missed here; worker/mirror.test.ts looks every millisecond while a clone runs. Without /proc it sees nothing.
 */
export function watchProcesses(): ProcessWatch {
  const roots = new Set<number>();
  const seen = new Map<string, Evidence>();
  const timer = setInterval(() => {
    for (const root of roots) lookAt(root, seen);
  }, LOOK_EVERY_MS);
  timer.unref();
  return {
    follow: (pid) => void (pid && roots.add(pid)),
    seen: () => [...seen.values()],
    stop: () => clearInterval(timer),
  };
}

function lookAt(pid: number, seen: Map<string, Evidence>): void {
  const before = read(pid, "cmdline");
  const environment = read(pid, "environ");
  // Between fork and exec a child still shows its parent's: the two are one process's only if nothing was executed meanwhile.
  if (before !== "" && before === read(pid, "cmdline")) note(before, environment, seen);
  for (const child of read(pid, `task/${pid}/children`).trim().split(" ")) {
    if (child !== "") lookAt(Number(child), seen);
  }
}

function note(commandLine: string, environment: string, seen: Map<string, Evidence>): void {
  const key = `${commandLine}\n${environment}`;
  if (seen.has(key)) return;
  const where = commandLine.replaceAll("\0", " ").trim();
  seen.set(key, {
    place: "arguments of a process",
    where: shorten(where),
    bytes: Buffer.from(commandLine, "latin1"),
  });
  seen.set(`${key}\n`, {
    place: "environment of a process",
    where: shorten(where),
    bytes: Buffer.from(environment, "latin1"),
  });
}

const shorten = (text: string) => (text.length > 160 ? `${text.slice(0, 160)}…` : text);

function read(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "latin1");
  } catch {
    return "";
  }
}
