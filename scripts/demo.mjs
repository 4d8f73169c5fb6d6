import { mkdirSync } from "node:fs";
import { ensureBuilt } from "./build.mjs";
import { describeDemo } from "./demo/block.mjs";
import { startForge } from "./demo/forge.mjs";
import { signInLink } from "./demo/owner.mjs";
import { startLogged, stop, whenReady } from "./demo/process.mjs";
import { resetDemo } from "./demo/reset.mjs";
import { CONSOLE_DATA, consoleEnvironment, FOLDER, loadSettings } from "./demo/settings.mjs";
import { ensureBubblewrap } from "./ensure-bubblewrap.mjs";
import { ensureInstalled } from "./install.mjs";
import { exitWith, Refusal, say } from "./progress.mjs";
import { inRoot } from "./project.mjs";
import { prepareDataFolder } from "./supervisor/data-folder.mjs";
import { lockRoles, ROLES, takeLockSoon } from "./supervisor/lock-roles.mjs";
import { listenForStop, stopWith } from "./supervisor/signals.mjs";

/** The whole product on this machine, with a Git host to try it on. */
async function main(options) {
  listenForStop();
  await ensureInstalled({ isProduction: true });
  await takeOver(options.includes("--reset"));
  await ensureBubblewrap();
  await ensureBuilt();
  const settings = await loadSettings();
  const running = [];
  stopWith(() => void stopAll(running));
  say("Starting the Git host …");
  running.push(startForge(settings));
  await running[0].ready;
  say("Starting the console …");
  const environment = consoleEnvironment(settings);
  running.push(startConsole(environment));
  const found = await running[1].ready;
  const link = await signInLink({ ...environment, ...found });
  console.log(describeDemo({ ...settings, link }));
  await endsOf(running);
}

/** One demo at a time; one that was killed gets a moment to end what it had started. */
async function takeOver(isReset) {
  mkdirSync(FOLDER, { recursive: true, mode: 0o711 });
  const lock = await takeLockSoon(FOLDER, "demo");
  if (!lock.isHeld) {
    throw new Refusal(`The demo already runs (process ${lock.pid}). Stop it with Ctrl-C, then start again.`);
  }
  prepareDataFolder(CONSOLE_DATA);
  const release = await lockRoles(CONSOLE_DATA, [...ROLES, "database"]);
  if (isReset) await resetDemo();
  release();
}

/** `ready` resolves with where the console keeps its database and its key. */
function startConsole(environment) {
  const console = startLogged("console", [inRoot("scripts", "start.mjs"), "--as-built"], environment);
  const told = new Promise((resolve) => {
    console.child.on("message", (message) => message?.type === "ready" && resolve(message.settings));
  });
  return { ...console, ready: whenReady(console, told).then(() => told) };
}

let isStopping = false;

async function stopAll(running) {
  if (isStopping) {
    for (const { child } of running) child.kill("SIGTERM");
    process.exit(130);
  }
  isStopping = true;
  console.log("");
  say("Stopping");
  await Promise.all(running.map(stop));
  process.exit(0);
}

/** Neither part is of use without the other. */
async function endsOf(running) {
  const ended = await Promise.race(running.map((one) => one.ended.then(() => one)));
  if (isStopping) return;
  console.error(`\nThe ${ended.name} ended:\n\n${ended.lastLines()}\n`);
  isStopping = true;
  await Promise.all(running.map(stop));
  process.exit(1);
}

await main(process.argv.slice(2)).catch(exitWith);
