import { join } from "node:path";
import type { Group } from "@/worker/cgroups";
import { type DiskProblem, isDiskFull, watchDisk } from "@/worker/disk";
import { type Ending, type Started, start } from "@/worker/exec";
import { childrenOf, memoryOfTree } from "@/worker/process-tree";
import {
  type Bubblewrap,
  buildEnvironment,
  type Cage,
  CHECKOUT,
  cageCommand,
  HOME,
  type Sandbox,
} from "@/worker/sandbox";

export type CageRun = {
  /** Unique among what runs on this machine. */
  name: string;
  command: string;
  /** The package registry, for a command without a sandbox; one with a sandbox has it in its network. */
  registry: string | null;
  limits: CageLimits;
  signal: AbortSignal;
};
export type CageLimits = { timeoutMs: number; memoryBytes: number; diskBytes: number };
export type Caged = {
  started: Started;
  /** How it ended; a limit that was exceeded goes before what the command made of it. */
  ended: Promise<CageEnding>;
};
export type CageEnding = { code: number | null; cause: Ending["cause"] | "memory" | DiskProblem };

const LOOK_EVERY_MS = 250;
const TASKS = 1024;

/** Starts a shell command in the sandbox, held to its limits. */
export async function startCaged(
  sandbox: Exclude<Sandbox, { kind: "missing" }>,
  cage: Cage,
  run: CageRun,
): Promise<Caged> {
  const group = openGroup(sandbox, run);
  try {
    const started = await (sandbox.kind === "none" ? startBare(cage, run) : startInside(sandbox, cage, run));
    if (group) admit(started, group);
    return { started, ended: watch(started, group, cage, run.limits) };
  } catch (error) {
    await group?.remove();
    throw error;
  }
}

const endings = ({ limits, signal }: CageRun) => ({ timeoutMs: limits.timeoutMs, signal });

/** With the worker's own rights: for code that whoever runs the console trusts. */
function startBare(cage: Cage, run: CageRun): Promise<Started> {
  const env = buildEnvironment(join(cage.workspace, HOME), run.registry);
  const cwd = join(cage.workspace, CHECKOUT, cage.folder);
  return start(["sh", "-c", run.command], { env, cwd, ...endings(run) });
}

async function startInside(sandbox: Bubblewrap, cage: Cage, run: CageRun): Promise<Started> {
  const { argv, options } = cageCommand(sandbox, cage, run.command);
  const descriptors = options === null && sandbox.cgroups === null ? 0 : 1;
  const started = await start(argv, { env: {}, descriptors, ...endings(run) });
  if (options !== null) started.descriptors[0]?.end(options);
  return started;
}

function openGroup(sandbox: Sandbox, { name, limits }: CageRun): Group | null {
  if (sandbox.kind !== "bubblewrap" || !sandbox.ownerOf || !sandbox.cgroups) return null;
  return sandbox.cgroups.create(name, { memoryBytes: limits.memoryBytes, tasks: TASKS });
}

/**
 * Puts bubblewrap into its group while it waits for our word, then gives it. Its monitor first: whatever it starts from then
 * on is born inside.
 */
function admit(started: Started, group: Group): void {
  group.join(started.pid);
  for (const pid of childrenOf(started.pid)) group.join(pid);
  started.descriptors[0]?.end("1");
}

async function watch(
  started: Started,
  group: Group | null,
  cage: Cage,
  limits: CageLimits,
): Promise<CageEnding> {
  let cause: CageEnding["cause"] | null = null;
  const stop = (why: "memory" | DiskProblem) => {
    cause ??= why;
    started.end("abort");
  };
  const disk = watchDisk(cage.workspace, limits.diskBytes, stop);
  const memory = setInterval(() => {
    const isOver = group ? group.oomKills() > 0 : memoryOfTree(started.pid) > limits.memoryBytes;
    if (isOver) stop("memory");
  }, LOOK_EVERY_MS);
  const ending = await started.ended;
  clearInterval(memory);
  disk.stop();
  if (cause === null && ending.cause === "exit" && ending.code !== 0) {
    cause = await explainEnd(ending.code, group, cage);
  }
  await group?.remove();
  return { code: ending.code, cause: cause ?? ending.cause };
}

/** 128 and the number of SIGXFSZ: a file grew beyond the limit. */
const FILE_TOO_LARGE = 153;

/** A command that failed before anybody looked may have met a limit. */
async function explainEnd(
  code: number | null,
  group: Group | null,
  cage: Cage,
): Promise<CageEnding["cause"]> {
  if (group && group.oomKills() > 0) return "memory";
  if (code === FILE_TOO_LARGE) return "too_large";
  return (await isDiskFull(cage.workspace)) ? "no_space" : "exit";
}
