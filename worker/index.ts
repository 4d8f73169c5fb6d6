import { env } from "@/lib/env";
import { log } from "@/lib/log";
import { CONFIGURATION_ERROR, reportReady, stopOnRequest } from "@/server/supervised";
import { prepareMachine } from "@/worker/machine";
import { startWorker } from "@/worker/worker";

/** Reads the settings and prepares this machine; what is wrong with them, no restart can mend. */
async function prepare() {
  try {
    env();
    return await prepareMachine();
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exit(CONFIGURATION_ERROR);
  }
}

async function main(): Promise<void> {
  const machine = await prepare();
  if (machine.git.problem) log.warn({ detail: machine.git.problem }, "repositories cannot be read");
  if (machine.sandbox.kind === "missing") {
    log.warn({ detail: machine.sandbox.detail }, "build commands are refused");
  }
  const worker = startWorker(machine);
  stopOnRequest(worker.stop);
  await worker.ready.catch(() => undefined);
  reportReady(0);
  const { name, git, sandbox } = machine;
  log.info({ worker: name, git: git.version, sandbox: sandbox.kind }, "worker ready");
}

await main();
