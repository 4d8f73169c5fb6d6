import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { isAlive, signal } from "@/worker/signal";

/** A control group for one command: the kernel itself holds it to its memory and its number of tasks. */
export type Group = {
  join(pid: number): void;
  /** How many of its processes the kernel ended for want of memory. */
  oomKills(): number;
  /** Ends whatever is still in it, and takes it away. */
  remove(): Promise<void>;
};
export type GroupLimits = { memoryBytes: number; tasks: number };
export type Cgroups = {
  create(name: string, limits: GroupLimits): Group;
  /** Ends what killed workers of this machine left running. */
  sweep(): Promise<void>;
};

/** Of a worker's groups; its process id follows, so that others can tell whether it still lives. */
const PREFIX = "skytells-";

const ROOT = "/sys/fs/cgroup";

/** Control groups where this process may make them (as root, mostly); null where it may not. */
export function findCgroups(): Cgroups | null {
  const isUnified = existsSync(join(ROOT, "cgroup.controllers"));
  for (const found of isUnified ? unifiedCandidates() : separateCandidates()) {
    try {
      const group = found.create("probe", { memoryBytes: 64 * 1024 * 1024, tasks: 16 });
      group.oomKills();
      void group.remove();
      return found;
    } catch {
      // Read-only, not delegated or a missing controller: the next, or none.
    }
  }
  return null;
}

function ownPath(controller: string): string {
  const lines = readFileSync("/proc/self/cgroup", "utf8").split("\n");
  for (const line of lines) {
    const [, controllers = "", path = "/"] = /^\d+:([^:]*):(.*)$/.exec(line) ?? [];
    if (controllers.split(",").includes(controller)) return path;
  }
  return "/";
}

/** Version 1: one tree for each controller. Below our own group, so that a limit around the console holds here too. */
function separateCandidates(): Cgroups[] {
  const base = (controller: string) => {
    const own = join(ROOT, controller, ownPath(controller));
    return existsSync(own) ? own : join(ROOT, controller);
  };
  const create = (name: string, limits: GroupLimits): Group => {
    const memory = makeGroup(base("memory"), name);
    const pids = makeGroup(base("pids"), name);
    write(memory, "memory.limit_in_bytes", limits.memoryBytes);
    writeIfThere(memory, "memory.memsw.limit_in_bytes", limits.memoryBytes);
    write(pids, "pids.max", limits.tasks);
    return group([memory, pids], join(memory, "memory.oom_control"));
  };
  return [{ create, sweep: () => sweepBases([base("memory"), base("pids")]) }];
}

/** Version 2: beside our own group, or below the root, wherever the controllers are handed down. */
function unifiedCandidates(): Cgroups[] {
  const bases = [join(ROOT, dirname(ownPath(""))), ROOT];
  return bases.map((base) => ({
    create: (name, limits) => {
      const folder = makeGroup(base, name);
      write(folder, "memory.max", limits.memoryBytes);
      writeIfThere(folder, "memory.swap.max", 0);
      write(folder, "pids.max", limits.tasks);
      return group([folder], join(folder, "memory.events"));
    },
    sweep: () => sweepBases([base]),
  }));
}

function makeGroup(base: string, name: string): string {
  const folder = join(base, `${PREFIX}${process.pid}-${name}`);
  if (!existsSync(folder)) mkdirSync(folder);
  return folder;
}

const write = (folder: string, file: string, value: number) =>
  writeFileSync(join(folder, file), String(value));

function writeIfThere(folder: string, file: string, value: number): void {
  if (existsSync(join(folder, file))) write(folder, file, value);
}

function group(folders: readonly string[], events: string): Group {
  return {
    join: (pid) => {
      for (const folder of folders) write(folder, "cgroup.procs", pid);
    },
    oomKills: () => Number(/^oom_kill (\d+)$/m.exec(readFileSync(events, "utf8"))?.[1] ?? 0),
    remove: async () => {
      await Promise.all(folders.map(removeGroup));
    },
  };
}

const REMOVE_TRIES = 80;
const LONGEST_PAUSE_MS = 25;

/** A group can be removed once its last process is gone, which takes the kernel a moment: mostly a millisecond or two. */
async function removeGroup(folder: string): Promise<void> {
  for (let attempt = 0; attempt < REMOVE_TRIES; attempt += 1) {
    try {
      killAll(folder);
      rmdirSync(folder);
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return;
      await delay(Math.min(2 ** attempt, LONGEST_PAUSE_MS));
    }
  }
}

/** Until nobody is left: a process that was just being born is met at the next look. */
function killAll(folder: string): void {
  const pids = readFileSync(join(folder, "cgroup.procs"), "utf8").split("\n").filter(Boolean);
  for (const pid of pids) signal(Number(pid), "SIGKILL");
}

async function sweepBases(bases: readonly string[]): Promise<void> {
  for (const base of bases) {
    for (const name of readdirSync(base)) {
      const [, pid] = /^skytells-(\d+)-/.exec(name) ?? [];
      if (pid !== undefined && !isAlive(Number(pid))) await removeGroup(join(base, name));
    }
  }
}
