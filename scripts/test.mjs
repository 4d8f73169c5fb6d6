import { ensureBuilt } from "./build.mjs";
import { ensureBrowser } from "./ensure-browser.mjs";
import { ensureBubblewrap } from "./ensure-bubblewrap.mjs";
import { ensureInstalled } from "./install.mjs";
import { exitWith, Refusal, step } from "./progress.mjs";
import { listenForStop } from "./supervisor/signals.mjs";
import { sum } from "./test/counts.mjs";
import { checkStages, runPlaywright, runVitest } from "./test/stages.mjs";

/** Tests build into folders of their own: a console that runs from this checkout keeps its files. */
const BUILD = { DIST_DIR: ".test/dist", NEXT_DIST_DIR: ".test/next" };
const MODES = ["all", "verify", "long"];

const results = [];

/** All of it; `verify` leaves the browser out; `long` runs what takes minutes, and only that. */
async function main(mode = "all") {
  if (!MODES.includes(mode)) throw new Refusal(`There is no "${mode}". There are ${MODES.join(", ")}.`);
  const environment = { ...process.env, ...BUILD };
  const isLong = mode === "long";
  await prepare(mode, environment);
  if (!isLong) for (const [name, run] of Object.entries(checkStages())) await stage(name, run);
  await stage("tests", () => runVitest({ isLong, environment }));
  if (mode !== "verify") await stage("browser tests", () => runBrowserTests({ isLong, environment }));
}

/** A clone with nothing but Node, npm and git gets what it needs. */
async function prepare(mode, environment) {
  await ensureInstalled({ isProduction: false });
  if (mode === "verify") return;
  // An installation can work from a lock that another system cannot install from.
  await step("Checking the lock (npm ci --dry-run)", "npm", ["ci", "--dry-run", "--ignore-scripts"]);
  await ensureBubblewrap();
  environment.PLAYWRIGHT_CHROMIUM_PATH = await ensureBrowser();
}

async function runBrowserTests({ isLong, environment }) {
  await ensureBuilt(environment);
  return runPlaywright({ isLong, environment });
}

async function stage(name, run) {
  console.log(`\n── ${name}`);
  const startedAt = Date.now();
  const counts = await run().catch((error) => {
    console.error(error instanceof Refusal ? error.message : error);
    return { passed: 0, failed: 1 };
  });
  results.push({ name, counts, seconds: (Date.now() - startedAt) / 1000 });
}

function report() {
  console.log("");
  for (const { name, counts, seconds } of results) {
    const outcome = counts.failed === 0 ? "ok" : "FAILED";
    console.log(
      `${seconds.toFixed(1).padStart(7)} s  ${name}: ${counts.passed} passed, ${counts.failed} failed  ${outcome}`,
    );
  }
  const { passed, failed } = sum(results.map((result) => result.counts));
  console.log(`\n${passed} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
}

listenForStop();
await main(process.argv[2]).catch((error) => {
  if (error instanceof Refusal && results.length === 0 && MODES.includes(process.argv[2] ?? "all")) {
    results.push({ name: "preparation", counts: { passed: 0, failed: 1 }, seconds: 0 });
    console.error(`\n${error.message}`);
    return;
  }
  exitWith(error);
});
process.exit(report());
