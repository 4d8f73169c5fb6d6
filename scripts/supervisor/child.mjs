import { fork } from "node:child_process";

/** Exit code of a process that a restart cannot mend: it has said why. */
export const CONFIGURATION_ERROR = 78;

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 15_000;
/** What has run this long was well: its next end counts as the first. */
const WELL_AFTER_MS = 30_000;

/**
 * Runs one process and starts it again whenever it ends.
 * @param {{ name: string, file: string, cwd: string, environment: NodeJS.ProcessEnv, say: (sentence: string) => void }} what
 * @param {{ onReady: (port: number) => void, onRefusal: () => void }} events `onReady` after each start; `onRefusal` when it
 *   cannot run as it is configured
 */
export function keepRunning({ name, file, cwd, environment, say }, { onReady, onRefusal }) {
  let child;
  let timer;
  let isStopping = false;
  let pauseMs = FIRST_PAUSE_MS;

  const start = () => {
    const startedAt = Date.now();
    // A session of its own: Ctrl-C reaches the supervisor alone, which then stops everything in order.
    child = fork(file, {
      cwd,
      env: environment,
      detached: true,
      stdio: ["ignore", "inherit", "inherit", "ipc"],
    });
    child.on("message", (message) => message?.type === "ready" && onReady(message.port));
    child.on("error", (error) => say(`${name} cannot be started: ${error.message}`));
    child.once("exit", (code, signal) => ended(code ?? signal, Date.now() - startedAt));
  };

  const ended = (how, livedMs) => {
    child = undefined;
    if (isStopping) return;
    if (how === CONFIGURATION_ERROR) return onRefusal();
    if (livedMs > WELL_AFTER_MS) pauseMs = FIRST_PAUSE_MS;
    say(`${name} ended (${how}); starting it again in ${pauseMs / 1000} s`);
    timer = setTimeout(start, pauseMs);
    pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
  };

  const stop = () => {
    isStopping = true;
    clearTimeout(timer);
    if (!child) return Promise.resolve();
    const gone = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGTERM");
    return gone;
  };

  start();
  return { name, stop, kill: () => child?.kill("SIGKILL"), pid: () => child?.pid };
}
