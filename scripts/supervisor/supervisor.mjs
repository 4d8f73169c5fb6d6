import { existsSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { Refusal } from "../progress.mjs";
import { ROOT } from "../project.mjs";
import { CONFIGURATION_ERROR, keepRunning } from "./child.mjs";
import { stopWith } from "./signals.mjs";

/** Of the two seconds that a stop may take, what the processes get before they are killed. */
const PATIENCE_MS = 1400;
const DATABASE_PATIENCE_MS = 450;

const BUNDLES = { web: "server.mjs", worker: "worker.mjs", sites: "sites.mjs" };

/**
 * Runs the processes until told to stop. Resolves with the exit code.
 * @param {{ roles: string[], distFolder: string, environment: NodeJS.ProcessEnv, say: (sentence: string) => void }} what
 * @param {{ onReady: (ports: Record<string, number>) => void, stopDatabase: (options: object) => Promise<void> }} events
 *   `onReady` once, when all of them answer
 */
export function supervise({ roles, distFolder, environment, say }, { onReady, stopDatabase }) {
  const ports = {};
  return new Promise((resolve) => {
    const stop = once(async (code, why) => {
      if (why) say(why);
      await stopAll(children);
      await stopDatabase({ patienceMs: DATABASE_PATIENCE_MS });
      resolve(code);
    });
    const ready = (role) => (port) => {
      const wasComplete = roles.every((each) => each in ports);
      ports[role] = port;
      if (!wasComplete && roles.every((each) => each in ports)) onReady(ports);
    };
    const refused = () => void stop(CONFIGURATION_ERROR);
    const children = roles.map((role) =>
      keepRunning(
        { name: role, file: bundleOf(distFolder, role), cwd: ROOT, environment, say },
        { onReady: ready(role), onRefusal: refused },
      ),
    );
    stopWith(stopOrForce(stop, children, stopDatabase));
  });
}

function bundleOf(distFolder, role) {
  const file = join(distFolder, BUNDLES[role]);
  if (!existsSync(file)) throw new Refusal(`The build has no ${role} process. Build it: npm run build`);
  return file;
}

function stopOrForce(stop, children, stopDatabase) {
  let asked = 0;
  return () => {
    asked += 1;
    if (asked === 1) return void stop(0, "stopping");
    for (const child of children) child.kill();
    // Asks the database to end, which it does without being waited for.
    void stopDatabase({ patienceMs: 0 });
    process.exit(130);
  };
}

async function stopAll(children) {
  const ended = Promise.all(children.map((child) => child.stop()));
  const isLate = Symbol("late");
  const first = await Promise.race([ended, delay(PATIENCE_MS, isLate)]);
  if (first !== isLate) return;
  for (const child of children) child.kill();
  await ended;
}

function once(action) {
  let result;
  return (...args) => {
    result ??= action(...args);
    return result;
  };
}
