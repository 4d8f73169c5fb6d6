import { spawn } from "node:child_process";
import { closeSync, openSync, readFileSync } from "node:fs";
import { Refusal } from "../progress.mjs";
import { inRoot, ROOT } from "../project.mjs";

/**
 * Starts a Node program whose output goes to a file: the terminal is for the person. In a session of its own, so that
 * Ctrl-C reaches the demo alone, which then stops everything in order.
 */
export function startLogged(name, args, environment) {
  const file = inRoot(".demo", `${name}.log`);
  const log = openSync(file, "w", 0o600);
  const child = spawn(process.execPath, args, {
    cwd: ROOT,
    env: environment,
    detached: true,
    stdio: ["ignore", log, log, "ipc"],
  });
  closeSync(log);
  const ended = new Promise((resolve) => child.once("exit", (code, signal) => resolve(code ?? signal)));
  return {
    name,
    child,
    ended,
    lastLines: () => readFileSync(file, "utf8").trim().split("\n").slice(-15).join("\n"),
  };
}

/** Waits for what says that the process is ready; fails with the end of its log when it ends before. */
export async function whenReady(started, ready) {
  const outcome = await Promise.race([ready.then(() => undefined), started.ended.then((how) => ({ how }))]);
  if (outcome) {
    throw new Refusal(`The ${started.name} ended while starting (${outcome.how}):\n\n${started.lastLines()}`);
  }
}

export async function stop({ child, ended }) {
  if (child.exitCode === null && child.signalCode === null) child.kill("SIGTERM");
  await ended;
}
