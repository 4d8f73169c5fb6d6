import { spawn } from "node:child_process";
import { join } from "node:path";
import { say } from "./progress.mjs";
import { buildFolders, ROOT } from "./project.mjs";
import { bootOnce } from "./supervisor/boot.mjs";
import { prepareDataFolder } from "./supervisor/data-folder.mjs";
import { chooseDatabase } from "./supervisor/database.mjs";
import { baseEnvironment } from "./supervisor/settings.mjs";

/**
 * Runs the console's own command on the data folder: with the database that runs on it, or one that is started for the call.
 * @param {string[]} args
 * @returns {Promise<{ code: number, output: string }>}
 */
export async function runConsoleCommand(args) {
  const environment = await baseEnvironment();
  prepareDataFolder(environment.DATA_DIR);
  const database = await chooseDatabase(environment, say);
  environment.DATABASE_URL = database.url;
  try {
    const { masterKeyFile } = await bootOnce(buildFolders().processes, environment);
    if (masterKeyFile) environment.MASTER_KEY_FILE = masterKeyFile;
    return await runBundle(args, environment, "inherit");
  } finally {
    await database.stop();
  }
}

/** The same beside a running console, whose database and key are in `environment`, with the output for the caller. */
export const askConsole = (args, environment) => runBundle(args, environment, ["ignore", "pipe", "pipe"]);

function runBundle(args, environment, stdio) {
  const bundle = join(buildFolders(environment).processes, "console.mjs");
  const child = spawn(process.execPath, [bundle, ...args], { cwd: ROOT, env: environment, stdio });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on("data", (chunk) => {
      output += chunk;
    });
  }
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve({ code: code ?? 1, output }));
  });
}
