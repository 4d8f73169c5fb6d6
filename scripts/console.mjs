import { ensureBuilt } from "./build.mjs";
import { runConsoleCommand } from "./console-command.mjs";
import { ensureInstalled } from "./install.mjs";
import { exitWith } from "./progress.mjs";
import { loadEnvironmentFile } from "./supervisor/settings.mjs";

/** `npm run console -- sign-in-link me@example.org`, beside a running console or without one. */
async function main(args) {
  loadEnvironmentFile();
  await ensureInstalled({ isProduction: true });
  await ensureBuilt();
  const { code } = await runConsoleCommand(args);
  process.exit(code);
}

await main(process.argv.slice(2)).catch(exitWith);
