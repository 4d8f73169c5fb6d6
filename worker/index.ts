import { closeDatabase } from "@/db";
import { env } from "@/lib/env";
import { log } from "@/lib/log";
import { prepareMachine } from "@/worker/machine";
import { startWorker } from "@/worker/worker";

/** The supervisor does not start a process again that ends with this code: it has said what is wrong. */
const CONFIGURATION_ERROR = 78;
/** Longer than this nobody waits for a shutdown. What is not handed back by then, the lease hands over. */
const DRAIN_MS = 1800;

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
  let isStopping = false;
  const stop = async () => {
    if (isStopping) return;
    isStopping = true;
    setTimeout(() => process.exit(0), DRAIN_MS).unref();
    await worker.stop();
    await closeDatabase();
    process.exit(0);
  };
  process.on("SIGTERM", stop);
  process.on("SIGINT", stop);
  // The supervisor is gone: nobody would stop us later.
  process.on("disconnect", stop);
  await worker.ready.catch(() => undefined);
  process.send?.({ type: "ready", port: 0 });
  const { name, git, sandbox } = machine;
  log.info({ worker: name, git: git.version, sandbox: sandbox.kind }, "worker ready");
}

await main();
