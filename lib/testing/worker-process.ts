import { type ChildProcess, fork } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll } from "vitest";
import { bundleProcesses } from "@/scripts/build/bundles.mjs";

export type WorkerProcess = {
  pid: number;
  /** Resolves with its exit code, or the signal that ended it. */
  ended: Promise<number | NodeJS.Signals | null>;
  kill(signal: NodeJS.Signals): void;
};

/** Bundles the worker for the tests of this file, which start and kill processes of it. Call after `useTestDatabase`. */
export function useWorkerProcesses() {
  let folder = "";
  const children = new Set<ChildProcess>();
  beforeAll(async () => {
    folder = mkdtempSync(join(process.cwd(), ".test-worker-"));
    await bundleProcesses(folder, ["worker"]);
  });
  const endAll = async () => {
    await Promise.all([...children].map(end));
    children.clear();
  };
  afterAll(async () => {
    await endAll();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Starts a worker with the settings of this process and some of its own; resolves once it works. */
  const start = async (settings: Record<string, string> = {}): Promise<WorkerProcess> => {
    const child = fork(join(folder, "worker.mjs"), {
      env: { ...process.env, ...settings },
      stdio: ["ignore", "inherit", "inherit", "ipc"],
    });
    children.add(child);
    const ended = new Promise<number | NodeJS.Signals | null>((resolve) => {
      child.once("exit", (code, signal) => resolve(code ?? signal));
    });
    await new Promise<void>((resolve, reject) => {
      child.once("message", () => resolve());
      child.once("exit", (code) => reject(new Error(`The worker ended with ${code}.`)));
    });
    return { pid: child.pid ?? 0, ended, kill: (signal) => void child.kill(signal) };
  };
  return Object.assign(start, { endAll });
}

function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  child.kill("SIGKILL");
  return ended;
}
