import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { startBarePage } from "./bench/bare.mjs";
import { openBrowser, scriptKilobytes, signInWithProject } from "./bench/browser.mjs";
import { BUILD, startConsole } from "./bench/console.mjs";
import { measureFreshClone } from "./bench/fresh-clone.mjs";
import { measureGit } from "./bench/git-measurements.mjs";
import { firstBytes } from "./bench/measure.mjs";
import { memoryOf } from "./bench/memory.mjs";
import { ensureBuilt } from "./build.mjs";
import { signInLink } from "./demo/owner.mjs";
import { ensureBubblewrap } from "./ensure-bubblewrap.mjs";
import { ensureInstalled } from "./install.mjs";
import { exitWith, Refusal } from "./progress.mjs";
import { listenForStop } from "./supervisor/signals.mjs";

const IDLE_AFTER_MS = 5000;
const WARM_STARTS = 3;

const PARTS = {
  clone: measureClone,
  console: measureConsole,
  git: (folder) => measureGit(folder, line),
};

/**
 * Numbers for one's own machine, as ratios where there is something to compare with. Nothing here gates a test.
 * @param {string[]} wanted parts to measure: `clone`, `console` (starts, memory, pages), `git` (pushes, intake); none for all
 */
async function main(wanted) {
  const unknown = wanted.find((name) => !Object.hasOwn(PARTS, name));
  if (unknown) throw new Refusal(`There is no part ${unknown}. Choose of: ${Object.keys(PARTS).join(", ")}.`);
  await ensureInstalled({ isProduction: false });
  await ensureBubblewrap();
  await ensureBuilt({ ...process.env, ...BUILD });
  for (const [name, measure] of Object.entries(PARTS)) {
    if (wanted.length === 0 || wanted.includes(name)) await inFolder(measure);
  }
}

async function measureClone(folder) {
  const fresh = await measureFreshClone(folder);
  if (!fresh) return;
  line("fresh clone to a usable console", `${fresh.seconds.toFixed(1)} s`);
  for (const [name, seconds] of fresh.steps) line(`  of that: ${name}`, `${seconds.toFixed(1)} s`);
}

async function measureConsole(folder) {
  const running = await measureStarts(folder);
  try {
    await measureMemory(running, folder);
    await measurePages(running);
  } finally {
    line("stop", `${(await running.stop()).toFixed(0)} ms`);
  }
}

async function inFolder(measure) {
  const folder = mkdtempSync(join(tmpdir(), "skytells-bench-"));
  chmodSync(folder, 0o711);
  try {
    await measure(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measureStarts(folder) {
  let running = await startConsole(folder);
  line(
    "first start, to the first page",
    `${running.firstPageMs.toFixed(0)} ms (makes the database and the key)`,
  );
  for (let round = 0; round < WARM_STARTS; round += 1) {
    await running.stop();
    running = await startConsole(folder);
    line("warm start, to the first page", `${running.firstPageMs.toFixed(0)} ms`);
  }
  return running;
}

async function measureMemory({ pid }, folder) {
  if (process.platform !== "linux") return;
  await delay(IDLE_AFTER_MS);
  const sizes = memoryOf(pid, folder);
  const sum = Object.values(sizes).reduce((total, size) => total + size, 0);
  for (const [name, size] of Object.entries({ ...sizes, together: sum })) {
    line(`memory at idle, ${name}`, `${size.toFixed(0)} MiB`);
  }
}

async function measurePages({ url, settings }) {
  const bare = await startBarePage();
  const browser = await openBrowser();
  try {
    const link = await signInLink({ ...settings, CONSOLE_URL: url });
    const { project, state, cookie } = await signInWithProject(browser, { url, link });
    await compareScripts(browser, bare.url, screens(url, project), state);
    await compareFirstBytes(bare.url, screens(url, project), cookie);
    await measureSessionCheck(url, cookie);
  } finally {
    await browser.close();
    bare.stop();
  }
}

const screens = (url, project) => ({
  "sign-in": `${url}/sign-in`,
  projects: `${url}/`,
  "new project": `${url}/projects/new`,
  overview: `${url}${project}`,
  integrations: `${url}${project}/integrations`,
  "new app": `${url}${project}/apps/new`,
  activity: `${url}${project}/activity`,
  settings: `${url}${project}/settings`,
  account: `${url}/account`,
});

async function compareScripts(browser, bareUrl, pages, state) {
  const bare = await scriptKilobytes(browser, bareUrl);
  line("first-load JavaScript, bare page", `${bare.toFixed(0)} KB`);
  for (const [name, address] of Object.entries(pages)) {
    const size = await scriptKilobytes(browser, address, name === "sign-in" ? undefined : state);
    line(
      `first-load JavaScript, ${name}`,
      `${size.toFixed(0)} KB, ${(size / bare).toFixed(2)} times the bare page`,
    );
  }
}

async function compareFirstBytes(bareUrl, pages, cookie) {
  const all = Object.entries(pages).map(([name, url]) => [
    name,
    name === "sign-in" ? { url } : { url, cookie },
  ]);
  const { bare, ...times } = await firstBytes({ bare: { url: bareUrl }, ...Object.fromEntries(all) });
  line("first byte, bare page", `${bare.toFixed(1)} ms`);
  for (const [name, time] of Object.entries(times)) {
    line(`first byte, ${name}`, `${time.toFixed(1)} ms, ${(time / bare).toFixed(2)} times the bare page`);
  }
}

/** The same refusal with a session to check and without one: what lies between them is the check. */
async function measureSessionCheck(url, cookie) {
  const nowhere = { url: `${url}/api/projects/none/repositories` };
  const { stranger, person } = await firstBytes({ stranger: nowhere, person: { ...nowhere, cookie } });
  line("checking the session", `${(person - stranger).toFixed(1)} ms`);
}

const line = (what, result) => console.log(`${what.padEnd(40)} ${result}`);

listenForStop();
await main(process.argv.slice(2)).catch(exitWith);
