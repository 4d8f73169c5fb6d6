import type { BuildPlan } from "@/db";
import { openRegistryProxy, type RegistryProxy } from "@/lib/egress";
import { env } from "@/lib/env";
import { type CageEnding, startCaged } from "@/worker/cage";
import { type DeploymentFailure, failure } from "@/worker/failure";
import type { LogWriter } from "@/worker/log-writer";
import { type Machine, workBytes } from "@/worker/machine";
import { buildRegistry } from "@/worker/registry";
import type { CageNetwork } from "@/worker/sandbox";

export type Build = {
  /** Of this attempt alone. */
  name: string;
  plan: BuildPlan;
  /** The root directory below the checkout, in steps that were checked. */
  folder: string;
  workspace: string;
  slot: number;
};

type Step = { name: string; command: string; hasNetwork: boolean };

/**
 * Runs an app's install and build commands in the sandbox, in its root directory. The install step reaches the package
 * registry, the build step nothing. Throws what the deployment fails of.
 */
export async function runBuild(
  machine: Machine,
  build: Build,
  log: LogWriter,
  signal: AbortSignal,
): Promise<void> {
  const deadline = Date.now() + env().BUILD_TIMEOUT_SECONDS * 1000;
  for (const step of stepsOf(build.plan)) {
    log.command(step.command);
    const ending = await runStep(machine, build, step, { log, signal, deadline });
    signal.throwIfAborted();
    const problem = problemOf(step, ending);
    if (problem) throw problem;
  }
}

function stepsOf({ installCommand, buildCommand }: BuildPlan): Step[] {
  const steps = [
    { name: "install", command: installCommand, hasNetwork: true },
    { name: "build", command: buildCommand, hasNetwork: false },
  ];
  return steps.flatMap(({ command, ...rest }) => (command?.trim() ? [{ ...rest, command }] : []));
}

type Running = { log: LogWriter; signal: AbortSignal; deadline: number };

async function runStep(machine: Machine, build: Build, step: Step, running: Running): Promise<CageEnding> {
  const { sandbox } = machine;
  if (sandbox.kind === "missing") throw failure("sandbox_missing", { detail: sandbox.detail });
  const registry = step.hasNetwork ? await buildRegistry() : null;
  const isCaged = sandbox.kind === "bubblewrap";
  const proxy = registry !== null && isCaged ? await openWayOut(registry, running.log) : null;
  const network: CageNetwork | null =
    proxy && registry !== null ? { socket: proxy.socket, registry, caFile: machine.extraCaFile } : null;
  try {
    const { workspace, slot, folder } = build;
    const cage = { workspace, folder, slot, maxFileBytes: workBytes(), network };
    const { log, signal, deadline } = running;
    const caged = await startCaged(sandbox, cage, {
      name: `${build.name}-${step.name}`,
      command: step.command,
      registry,
      limits: limitsUntil(deadline),
      signal,
    });
    const { output, complaints } = caged.started;
    const [ending] = await Promise.all([
      caged.ended,
      log.follow(output, "out"),
      log.follow(complaints, "err"),
    ]);
    return ending;
  } finally {
    await proxy?.close();
  }
}

function openWayOut(registry: string, log: LogWriter): Promise<RegistryProxy> {
  let isTold = false;
  return openRegistryProxy(registry, () => {
    if (!isTold) log.note(`The package registry at ${new URL(registry).host} cannot be reached from here.`);
    isTold = true;
  });
}

const limitsUntil = (deadline: number) => ({
  timeoutMs: Math.max(1, deadline - Date.now()),
  memoryBytes: env().BUILD_MEMORY_BYTES,
  diskBytes: workBytes(),
});

function problemOf(step: Step, { code, cause }: CageEnding): DeploymentFailure | null {
  switch (cause) {
    case "exit":
      return code === 0 ? null : failure("build_failed", { command: step.command, exitCode: code });
    case "timeout":
      return failure("build_timeout", { seconds: env().BUILD_TIMEOUT_SECONDS });
    case "memory":
      return failure("out_of_memory", { bytes: env().BUILD_MEMORY_BYTES });
    case "too_large":
      return failure("workspace_too_large", { bytes: workBytes() });
    case "no_space":
      return failure("no_space", {});
    default:
      return failure("build_failed", { command: step.command, exitCode: code });
  }
}
