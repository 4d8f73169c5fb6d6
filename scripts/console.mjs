import { existsSync } from "node:fs";
import { ensureBuilt } from "./build.mjs";
import { runConsoleCommand } from "./console-command.mjs";
import { ensureInstalled } from "./install.mjs";
import { exitWith } from "./progress.mjs";
import { takeLock } from "./supervisor/lock.mjs";
import { baseEnvironment, loadEnvironmentFile } from "./supervisor/settings.mjs";
import { listenForStop } from "./supervisor/signals.mjs";

/** `npm run console -- sign-in-link me@example.org`, beside a running console or without one. */
async function main(args) {
  loadEnvironmentFile();
  // Beside a running console its own build is used: a new one would change the files under its feet.
  if (!(await isRunning())) {
    await ensureInstalled({ isProduction: true });
    await ensureBuilt();
  }
  const { code } = await runConsoleCommand(args);
  process.exit(code);
}

async function isRunning() {
  const { DATA_DIR } = await baseEnvironment();
  if (!existsSync(DATA_DIR)) return false;
  const lock = await takeLock(DATA_DIR, "web");
  if (lock.isHeld) lock.release();
  return !lock.isHeld;
}

listenForStop();
await main(process.argv.slice(2)).catch(exitWith);
