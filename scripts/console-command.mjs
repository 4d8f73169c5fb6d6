import { spawn } from "node:child_process";
import { join } from "node:path";
import { say } from "./progress.mjs";
import { buildFolders, ROOT } from "./project.mjs";
import { bootOnce } from "./supervisor/boot.mjs";
import { prepareDataFolder } from "./supervisor/data-folder.mjs";
import { openDatabase } from "./supervisor/database.mjs";
import { baseEnvironment } from "./supervisor/settings.mjs";

/**
 * Runs the console's own command on the data folder: with the database that runs on it, or one that is started for the call.
 * @param {string[]} args
 * @param {{ source?: NodeJS.ProcessEnv, isQuiet?: boolean }} [options] `isQuiet` collects the output instead of showing it
 * @returns {Promise<{ code: number, output: string }>}
 */
export async function runConsoleCommand(args, { source = process.env, isQuiet = false } = {}) {
  const environment = await baseEnvironment(source);
  prepareDataFolder(environment.DATA_DIR);
  const database = environment.DATABASE_URL
    ? { url: environment.DATABASE_URL, stop: async () => undefined }
    : await openDatabase({ dataDir: environment.DATA_DIR, say });
  environment.DATABASE_URL = database.url;
  try {
    const { masterKeyFile } = await bootOnce(buildFolders(source).processes, environment);
    if (masterKeyFile) environment.MASTER_KEY_FILE = masterKeyFile;
    return await runBundle(args, environment, isQuiet);
  } finally {
    await database.stop();
  }
}

function runBundle(args, environment, isQuiet) {
  const bundle = join(buildFolders(environment).processes, "console.mjs");
  const stdio = isQuiet ? ["ignore", "pipe", "pipe"] : "inherit";
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
