import { fork } from "node:child_process";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { Refusal } from "../progress.mjs";
import { inRoot, ROOT } from "../project.mjs";

/**
 * Migrates, makes or checks the master key, and says where the first account is made, if there is none.
 * @returns {Promise<{ masterKeyFile: string | null, setupLink: string | null }>}
 */
export function bootOnce(distFolder, environment) {
  const script = inRoot("scripts", "supervisor", "boot-process.mjs");
  const bundle = pathToFileURL(join(distFolder, "boot.mjs")).href;
  const child = fork(script, [bundle], {
    cwd: ROOT,
    env: environment,
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  return new Promise((resolve, reject) => {
    let answer;
    child.on("message", (message) => {
      answer = message;
    });
    child.on("error", reject);
    // It has already said on the terminal what is wrong.
    child.on("exit", (code) => (answer ? resolve(answer) : reject(refusal(code))));
  });
}

function refusal(code) {
  const error = new Refusal("The console was not started.");
  error.exitCode = code || 1;
  return error;
}
