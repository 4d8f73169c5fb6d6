import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { step } from "../progress.mjs";
import { inRoot, ROOT } from "../project.mjs";

const LINK = /Sign in as owner +(http\S+)/;
const STEP = /^· ([^:]+): done in ([\d.]+) s$/gm;

/**
 * Seconds from `git clone` of the last commit to a demo that signs its owner in, as a stranger with an empty machine beside a
 * warm npm cache meets it; with the steps that it told of. Null where this is no clone.
 * @returns {Promise<{ seconds: number, steps: [string, number][] } | null>}
 */
export async function measureFreshClone(folder) {
  if (!existsSync(inRoot(".git"))) return null;
  const clone = join(folder, "clone");
  const startedAt = performance.now();
  await step("Cloning", "git", ["clone", "--quiet", ROOT, clone]);
  const demo = startDemo(clone);
  try {
    const [, link] = await demo.says(LINK);
    const page = await fetch(link);
    if (!page.ok) throw new Error(`The demo's link was answered with ${page.status}.`);
    const seconds = (performance.now() - startedAt) / 1000;
    const steps = [...demo.output().matchAll(STEP)].map(([, name, took]) => [name, Number(took)]);
    return { seconds, steps };
  } finally {
    await demo.stop();
  }
}

function startDemo(clone) {
  const { DIST_DIR, NEXT_DIST_DIR, ...environment } = process.env;
  const child = spawn("npm", ["run", "demo"], { cwd: clone, env: environment, detached: true });
  let output = "";
  const ended = new Promise((resolve) => child.once("exit", resolve));
  const says = (pattern) =>
    new Promise((resolve, reject) => {
      for (const stream of [child.stdout, child.stderr]) {
        stream.on("data", (chunk) => {
          output += chunk;
          const found = pattern.exec(output);
          if (found) resolve(found);
        });
      }
      void ended.then((code) => reject(new Error(`The demo ended with ${code}:\n${output}`)));
    });
  const stop = async () => {
    if (child.exitCode === null) process.kill(-child.pid, "SIGINT");
    await ended;
  };
  return { says, stop, output: () => output };
}
