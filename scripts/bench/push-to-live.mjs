import { rmSync } from "node:fs";
import { Agent, request } from "node:http";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { deliver, pushBody } from "./delivery.mjs";
import { median } from "./measure.mjs";
import { RawGit } from "./raw-git.mjs";

const ROUNDS = { cached: 11, fresh: 5, built: 7 };
const MOST_MS = 30_000;
const PAUSE_MS = 300;
const agent = new Agent({ keepAlive: true });
let pushes = 0;

/**
 * Milliseconds from the provider's 202 to the new byte served, beside git alone doing the same with the same repository in
 * turns; and from the queued row's commit to the worker's start.
 */
export async function measurePushes(bench, folder, { plain, built, command }) {
  await untilQuiet(bench.database);
  const raw = new RawGit(join(folder, "raw"), plain.cloneUrl);
  await raw.clone();
  const forget = () =>
    rmSync(join(bench.dataDir, "mirrors", `${plain.repositoryId}.git`), { recursive: true });
  const rawBuild = new RawGit(join(folder, "raw-build"), built.cloneUrl, command);
  await rawBuild.clone();
  let clones = 0;
  const freshClone = () => raw.clone(`clone-${++clones}`);
  return {
    cached: await inTurns(bench, plain, ROUNDS.cached, () => raw.update()),
    fresh: await inTurns(bench, plain, ROUNDS.fresh, freshClone, forget),
    built: await inTurns(bench, built, ROUNDS.built, () => rawBuild.update()),
    startMs: await startAfterQueued(bench.database),
  };
}

async function inTurns(bench, app, rounds, raw, before = () => undefined) {
  const times = { ours: [], raw: [] };
  for (let round = 0; round <= rounds; round += 1) {
    before();
    const ours = await pushToLive(bench, app);
    await bench.forge.ask("commitFiles", app.fullName, "main", { "part-1/page-1.html": `raw ${round}` });
    // Told as well, so that the console's next push follows from what it knows.
    await tell(bench, app);
    await untilQuiet(bench.database);
    const theirs = await raw();
    // The first round is for warming up, on both sides.
    if (round === 0) continue;
    times.ours.push(ours);
    times.raw.push(theirs);
  }
  return { ours: median(times.ours), raw: median(times.raw) };
}

async function pushToLive(bench, app) {
  pushes += 1;
  const text = `push ${pushes}`;
  await bench.forge.ask("commitFiles", app.fullName, "main", { "index.html": text });
  await delay(PAUSE_MS);
  await tell(bench, app);
  const toldAt = performance.now();
  while ((await visit(bench, app)) !== text) {
    if (performance.now() - toldAt > MOST_MS) throw new Error(await whyNotLive(bench.database, app));
    await delay(2);
  }
  const time = performance.now() - toldAt;
  await untilQuiet(bench.database);
  return time;
}

async function tell({ forge }, app) {
  const after = await forge.ask("headOf", app.fullName, "main");
  const { externalId: id, fullName, head: before } = app;
  const body = pushBody({ id, fullName, ref: "refs/heads/main", before, after });
  const status = await deliver(app.hook.url, app.hook.secret, body, agent);
  if (status !== 202) throw new Error(`The console answered a push with ${status}.`);
  app.head = after;
}

function visit({ running }, { host }) {
  const port = running.settings.SITES_PORT;
  return new Promise((resolve, reject) => {
    // Node resolves no name below localhost; browsers do.
    const headers = { host: `${host}.localhost:${port}` };
    const call = request({ host: "127.0.0.1", port, path: "/", headers, agent }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (chunk) => {
        text += chunk;
      });
      response.on("end", () => resolve(text));
    });
    call.on("error", reject);
    call.end();
  });
}

/** Nothing queued or building, and what ends after the switch has ended too. */
async function untilQuiet(database) {
  const busy = "select 1 from deployments where status in ('queued', 'building') limit 1";
  const deadline = performance.now() + MOST_MS;
  while ((await database.query(busy)).rowCount > 0) {
    if (performance.now() > deadline) throw new Error("A deployment does not end.");
    await delay(20);
  }
  await delay(PAUSE_MS);
}

async function whyNotLive(database, { id }) {
  const last = "select status, sentence from deployments where app_id = $1 order by number desc limit 1";
  const { rows } = await database.query(last, [id]);
  return `A push was not live after ${MOST_MS} ms: ${rows[0]?.status}. ${rows[0]?.sentence ?? ""}`;
}

/** From the commit that queued a deployment to the worker's claim, by the database's own clock. */
async function startAfterQueued(database) {
  const waits = `select extract(epoch from d.started_at - pg_xact_commit_timestamp(p.xmin))::float8 * 1000 as ms
    from deployments d join pushes p on p.id = d.push_id
    where d.trigger = 'push' and d.started_at is not null`;
  const { rows } = await database.query(waits);
  return median(rows.map(({ ms }) => ms));
}
