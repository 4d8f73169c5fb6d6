import { randomBytes } from "node:crypto";
import { Agent } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import { prepareBareTables, startBareIntake } from "./bare-intake.mjs";
import { deliver, pushBody } from "./delivery.mjs";

const REQUESTS = 600;
const WARM_UP = 150;
const PACED = 1000;
const PACE = 200;
const ROUNDS = 2;

/**
 * Pushes a second, and milliseconds of one in a hundred at 200 a second, of a console's intake and of a bare `node:http` server
 * with the same SQL on the same PostgreSQL, in turns. Each app is a lane: its pushes follow one another, as they do.
 */
export async function measureIntake({ url, database, databaseUrl, apps }) {
  await prepareBareTables(database, apps);
  const agent = new Agent({ keepAlive: true, maxSockets: apps.length });
  const bare = await startBareIntake(databaseUrl, apps[0].hook.secret);
  const ours = apps.map((app) =>
    lane(app, new URL(new URL(app.hook.url).pathname, url), app.hook.secret, agent),
  );
  // One secret for all hooks: the bare server has nowhere to look one up.
  const theirs = apps.map((app) => {
    const address = new URL(new URL(app.hook.url).pathname, bare.url);
    return lane(app, address, apps[0].hook.secret, agent);
  });
  const before = await pushDeployments(database, "public");
  try {
    await rate(ours, WARM_UP);
    await rate(theirs, WARM_UP);
    const rates = await inTurns(ours, theirs, (lanes) => rate(lanes, REQUESTS));
    const tails = await inTurns(ours, theirs, (lanes) => tailAtPace(lanes));
    return { rates, tails, queued: await countQueued(database, before, ours, theirs) };
  } finally {
    agent.destroy();
    bare.stop();
  }
}

/** How many deployments the accepted pushes of both have queued. Throws when a 202 queued none, or more than one. */
async function countQueued(database, before, ours, theirs) {
  const accepted = (lanes) => lanes.reduce((sum, lane) => sum + lane.accepted(), 0);
  const counts = {
    ours: [accepted(ours), (await pushDeployments(database, "public")) - before],
    raw: [accepted(theirs), await pushDeployments(database, "bench")],
  };
  for (const [whose, [answers, rows]] of Object.entries(counts)) {
    if (answers !== rows)
      throw new Error(`${answers} pushes were answered 202 and ${rows} queued (${whose}).`);
  }
  return counts.ours[1];
}

async function pushDeployments(database, schema) {
  const count = `select count(*)::int as count from ${schema}.deployments where trigger = 'push'`;
  const { rows } = await database.query(count);
  return rows[0].count;
}

async function inTurns(ours, theirs, measure) {
  const results = { ours: [], raw: [] };
  for (let round = 0; round < ROUNDS; round += 1) {
    results.ours.push(await measure(ours));
    results.raw.push(await measure(theirs));
  }
  const mean = (numbers) => numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
  return { ours: mean(results.ours), raw: mean(results.raw) };
}

/** Sends the next push of one app; they wait for one another. `accepted` tells how many were answered 202. */
function lane({ externalId: id, fullName, head }, url, secret, agent) {
  let before = head;
  let last = Promise.resolve();
  let count = 0;
  const send = async () => {
    const after = randomBytes(20).toString("hex");
    const body = pushBody({ id, fullName, ref: "refs/heads/main", before, after });
    const status = await deliver(url, secret, body, agent);
    if (status !== 202) throw new Error(`${url} answered a push with ${status}.`);
    before = after;
    count += 1;
  };
  const next = () => {
    last = last.then(send);
    return last;
  };
  return Object.assign(next, { accepted: () => count });
}

async function rate(lanes, count) {
  const startedAt = performance.now();
  let left = count;
  const run = async (send) => {
    while (left > 0) {
      left -= 1;
      await send();
    }
  };
  await Promise.all(lanes.map(run));
  return (count / (performance.now() - startedAt)) * 1000;
}

/** Counted from the moment at which each was due, so that one slow answer shows in those that waited behind it. */
async function tailAtPace(lanes) {
  const startedAt = performance.now();
  const times = [];
  const sending = [];
  for (let i = 0; i < PACED; i += 1) {
    const dueAt = startedAt + (i * 1000) / PACE;
    const early = dueAt - performance.now();
    if (early > 1) await delay(early);
    sending.push(lanes[i % lanes.length]().then(() => times.push(performance.now() - dueAt)));
  }
  await Promise.all(sending);
  return times.sort((a, b) => a - b)[Math.floor(times.length * 0.99)];
}
