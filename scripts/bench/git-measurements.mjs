import { loadavg } from "node:os";
import pg from "pg";
import { startConsole } from "./console.mjs";
import { measureIntake } from "./intake.mjs";
import { measurePushes } from "./push-to-live.mjs";
import { openWorkbench } from "./workbench.mjs";

const COMMAND = "mkdir -p out && cp -r index.html part-* out";
const BUILDS = [undefined, { command: COMMAND, output: "out" }, undefined, undefined];

/** Prints how fast a push goes live, and how many of them are taken in. */
export async function measureGit(folder, line) {
  const bench = await openWorkbench(folder, BUILDS);
  let running = bench.running;
  try {
    const [plain, built] = bench.apps;
    printPushes(await measurePushes(bench, folder, { plain, built, command: COMMAND }), line);
    await bench.database.end();
    await running.stop();
    // The web process alone: what it queues is not worked on while it is measured.
    running = await startConsole(bench.dataDir, { role: "web", settings: bench.settings });
    printIntake(await takeIn(running, bench), line);
  } finally {
    await running.stop();
    bench.forge.stop();
  }
}

function printPushes({ startMs, ...results }, line) {
  line("load average", loadavg()[0].toFixed(1));
  const names = {
    cached: "cached repository",
    fresh: "repository not cached",
    built: "with a build command",
  };
  for (const [key, { ours, raw }] of Object.entries(results)) {
    const what = `push to live, ${names[key]}`;
    line(what, `${ours.toFixed(0)} ms, ${(ours / raw).toFixed(2)} times raw git (${raw.toFixed(0)} ms)`);
  }
  line("commit of the row to worker's start", `${startMs.toFixed(1)} ms`);
}

async function takeIn(running, { apps }) {
  const databaseUrl = running.settings.DATABASE_URL;
  const database = new pg.Client({ connectionString: databaseUrl });
  await database.connect();
  try {
    return await measureIntake({ url: running.url, database, databaseUrl, apps });
  } finally {
    await database.end();
  }
}

function printIntake({ rates, tails, queued }, line) {
  line("load average", loadavg()[0].toFixed(1));
  const [rate, bare] = [rates.ours, rates.raw].map((number) => number.toFixed(0));
  const times = (rates.ours / rates.raw).toFixed(2);
  line("intake", `${rate} pushes a second, ${times} times the bare server (${bare})`);
  const [tail, bareTail] = [tails.ours, tails.raw].map((number) => number.toFixed(1));
  const ratio = (tails.ours / tails.raw).toFixed(2);
  line("intake, p99 at 200 a second", `${tail} ms, ${ratio} times the bare server (${bareTail} ms)`);
  line("intake, deployments queued", `${queued}, one for each push that was answered 202`);
}
