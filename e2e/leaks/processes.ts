import { readFileSync } from "node:fs";
import type { Evidence } from "./evidence";

export type ProcessWatch = {
  /** From now on this process and all that descend from it are looked at. */
  follow(pid: number | undefined): void;
  seen(): Evidence[];
  stop(): void;
};

const LOOK_EVERY_MS = 20;
/** After so many looks a process has executed what it was started for. */
const NEW_LOOKS = 10;
/** Every so many looks, those that have lived longer are read again. */
const AGAIN_LOOKS = 50;

/**
 * Reads the arguments and the environment of processes again and again, as anybody of this user (and root) could: of new ones at
 * every look, of the others once a second, because reading all of some forty servers all the time costs a third of a core. What lives a
 * few milliseconds may be missed here; worker/mirror.test.ts looks every millisecond while a clone runs. Without /proc it sees nothing.
 */
export function watchProcesses(): ProcessWatch {
  const roots = new Set<number>();
  const seen = new Map<string, Evidence>();
  let ages = new Map<number, number>();
  const timer = setInterval(() => {
    const alive = new Map<number, number>();
    const look = (pid: number): void => {
      const age = ages.get(pid) ?? 0;
      alive.set(pid, age + 1);
      if (age < NEW_LOOKS || age % AGAIN_LOOKS === 0) readOne(pid, seen);
      for (const child of read(pid, `task/${pid}/children`).split(" ")) {
        if (child !== "") look(Number(child));
      }
    };
    for (const root of roots) look(root);
    ages = alive;
  }, LOOK_EVERY_MS);
  timer.unref();
  return {
    follow: (pid) => void (pid && roots.add(pid)),
    seen: () => [...seen.values()],
    stop: () => clearInterval(timer),
  };
}

function readOne(pid: number, seen: Map<string, Evidence>): void {
  const before = read(pid, "cmdline");
  const environment = read(pid, "environ");
  // Between fork and exec a child still shows its parent's: the two are one process's only if nothing was executed meanwhile.
  if (before !== "" && before === read(pid, "cmdline")) note(before, environment, seen);
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
