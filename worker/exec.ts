import { type ChildProcess, spawn } from "node:child_process";
import { openSync, readdirSync, readFileSync } from "node:fs";
import type { Duplex, Readable, Writable } from "node:stream";
import { descendantsOf } from "@/worker/process-tree";
import { signal } from "@/worker/signal";

/** Why a process ended: by itself, or because we ended it. */
export type EndCause = "exit" | "timeout" | "abort" | "output";
export type Ending = { code: number | null; signal: NodeJS.Signals | null; cause: EndCause };

export type StartOptions = {
  /** The whole environment of the process: nothing is inherited from ours. */
  env: Record<string, string>;
  cwd?: string;
  /** Without it the process reads an empty input. */
  hasInput?: boolean;
  /** Bidirectional descriptors from 3 on, inherited by what the process starts itself. */
  descriptors?: number;
  timeoutMs?: number;
  signal?: AbortSignal | undefined;
};

export type Started = {
  pid: number;
  input: Writable | null;
  output: Readable;
  complaints: Readable;
  descriptors: Duplex[];
  /** Resolves when the process has ended and its output was read. Never rejects. */
  ended: Promise<Ending>;
  /** Ends the whole process group and all descendants: SIGTERM, and SIGKILL a second later. */
  end(cause: EndCause): void;
};

export class CommandMissing extends Error {
  override readonly name = "CommandMissing";
}

const KILL_AFTER_MS = 1000;
/** A descendant that left the group may hold the pipes open; its output is no concern of ours any more. */
const CLOSE_AFTER_MS = 500;
/** The same for a process that ended by itself: what it said last may still wait to be read. */
const DRAIN_MS = 5000;

/**
 * Starts a process in a group of its own: argv only, no shell, an environment made from nothing. The one place of the
 * console that starts processes. Throws CommandMissing when there is no such program.
 */
export async function start(argv: readonly [string, ...string[]], options: StartOptions): Promise<Started> {
  const [command, ...args] = argv;
  const child = spawn(command, args, {
    cwd: options.cwd,
    env: options.env as NodeJS.ProcessEnv,
    shell: false,
    detached: true,
    stdio: stdioFor(options),
  });
  const ended = watch(child, options);
  await spawned(child, command);
  const end = ended.end;
  return {
    pid: child.pid ?? 0,
    input: child.stdin,
    output: child.stdout as Readable,
    complaints: child.stderr as Readable,
    descriptors: child.stdio.slice(3, 3 + (options.descriptors ?? 0)) as Duplex[],
    ended: ended.promise,
    end,
  };
}

function stdioFor({ hasInput, descriptors = 0 }: StartOptions): Stdio[] {
  const stdio: Stdio[] = [hasInput ? "pipe" : "ignore", "pipe", "pipe"];
  for (let count = 0; count < descriptors; count += 1) stdio.push("pipe");
  const { numbers, nowhere } = strays();
  for (const number of numbers) {
    while (stdio.length < number) stdio.push("ignore");
    if (stdio.length === number) stdio.push(nowhere);
  }
  return stdio;
}

type Stdio = "pipe" | "ignore" | number;
type Strays = { numbers: readonly number[]; nowhere: number };
let known: Strays | undefined;

/**
 * Descriptors that we were started with and that our children would inherit: whoever started the console may have left one
 * open, and a build must not find it. In their place children get one that leads nowhere. Node closes its own.
 */
function strays(): Strays {
  known ??= { numbers: findStrays(), nowhere: openSync("/dev/null", "r+") };
  return known;
}

const CLOSE_ON_EXEC = 0o2000000;

function findStrays(): number[] {
  if (process.platform !== "linux") return [];
  return readdirSync("/proc/self/fdinfo")
    .map(Number)
    .filter((descriptor) => descriptor > 2 && (flagsOf(descriptor) & CLOSE_ON_EXEC) === 0)
    .sort((a, b) => a - b);
}

/** The descriptor of the listing itself is gone by now: nothing of it can be inherited. */
function flagsOf(descriptor: number): number {
  try {
    const [, flags = ""] =
      /^flags:\s+(\d+)$/m.exec(readFileSync(`/proc/self/fdinfo/${descriptor}`, "utf8")) ?? [];
    return Number.parseInt(flags, 8);
  } catch {
    return CLOSE_ON_EXEC;
  }
}

function spawned(child: ChildProcess, command: string): Promise<void> {
  return new Promise((resolve, reject) => {
    child.once("spawn", resolve);
    child.once("error", (error: NodeJS.ErrnoException) => {
      reject(error.code === "ENOENT" ? new CommandMissing(`There is no program ${command} here.`) : error);
    });
  });
}

function watch(child: ChildProcess, options: StartOptions) {
  let cause: EndCause = "exit";
  let family: number[] = [];
  const timers: NodeJS.Timeout[] = [];
  const end = (why: EndCause) => {
    if (cause !== "exit" || child.exitCode !== null || child.signalCode !== null) return;
    cause = why;
    family = familyOf(child.pid);
    for (const pid of family) signal(pid, "SIGTERM");
    timers.push(setTimeout(killFamily, KILL_AFTER_MS));
  };
  const killFamily = () => {
    for (const pid of family) signal(pid, "SIGKILL");
  };
  const abort = () => end("abort");
  if (options.timeoutMs) timers.push(setTimeout(() => end("timeout"), options.timeoutMs));
  options.signal?.addEventListener("abort", abort, { once: true });
  child.once("spawn", () => options.signal?.aborted && abort());
  ignoreErrors(child);

  const promise = new Promise<Ending>((resolve) => {
    child.once("exit", () => {
      // What the leader left behind has no purpose without it.
      killFamily();
      timers.push(setTimeout(() => closeStreams(child), cause === "exit" ? DRAIN_MS : CLOSE_AFTER_MS));
    });
    const finish = (code: number | null, signal: NodeJS.Signals | null) => {
      for (const timer of timers) clearTimeout(timer);
      options.signal?.removeEventListener("abort", abort);
      resolve({ code, signal, cause });
    };
    child.once("close", finish);
    child.once("error", () => child.pid === undefined && finish(null, null));
  });
  return { promise, end };
}

/** The process group that a process leads, and its descendants that went to a group of their own. */
function familyOf(pid: number | undefined): number[] {
  return pid === undefined ? [] : [-pid, ...descendantsOf(pid)];
}

/** A pipe whose other end is gone is told by the ending of the process; unheard, it would end ours. */
function ignoreErrors(child: ChildProcess): void {
  for (const stream of child.stdio) stream?.on("error", () => undefined);
}

function closeStreams(child: ChildProcess): void {
  for (const stream of child.stdio) stream?.destroy();
}
