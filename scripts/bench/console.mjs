import { fork } from "node:child_process";
import { inRoot } from "../project.mjs";

/** What every console of the bench is started with: the build that the tests use, and nothing of the person's settings. */
export const BUILD = { DIST_DIR: ".test/dist", NEXT_DIST_DIR: ".test/next" };

/**
 * Starts the console on a data folder, all of it or only one of its processes.
 * @param {{ role?: "web" | "worker" | "sites", settings?: Record<string, string> }} [options] `settings` for its environment
 * @returns {Promise<{ url: string, pid: number, readyMs: number, firstPageMs: number, settings: Record<string, string>, stop: () => Promise<number> }>}
 *   times since the start: until every process answers, and until the first page has been answered
 */
export async function startConsole(dataDir, { role, settings: given = {} } = {}) {
  const environment = {
    ...process.env,
    ...BUILD,
    DATA_DIR: dataDir,
    PORT: "0",
    SITES_PORT: "0",
    LOG_LEVEL: "warn",
    ...given,
  };
  const startedAt = performance.now();
  const child = fork(inRoot("scripts", "start.mjs"), ["--as-built", ...(role ? [role] : [])], {
    env: environment,
    silent: true,
  });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  const { ports, settings } = await readiness(child, ended);
  const readyMs = performance.now() - startedAt;
  const url = `http://localhost:${ports.web}`;
  await fetch(`${url}/sign-in`).then((response) => response.text());
  const firstPageMs = performance.now() - startedAt;
  return {
    url,
    pid: child.pid,
    readyMs,
    firstPageMs,
    settings: { ...environment, ...settings, PORT: String(ports.web), SITES_PORT: String(ports.sites) },
    stop: () => stop(child, ended),
  };
}

function readiness(child, ended) {
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk) => {
      output += chunk;
    });
  }
  const ready = new Promise((resolve) =>
    child.on("message", (message) => message?.type === "ready" && resolve(message)),
  );
  const failed = ended.then((code) => {
    throw new Error(`The console ended with ${code}:\n${output}`);
  });
  return Promise.race([ready, failed]);
}

/** @returns {Promise<number>} milliseconds until it had ended */
async function stop(child, ended) {
  const askedAt = performance.now();
  child.kill("SIGTERM");
  await ended;
  return performance.now() - askedAt;
}
