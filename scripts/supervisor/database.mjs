import { setTimeout as delay } from "node:timers/promises";
import { explain } from "./failures.mjs";
import { takeLock } from "./lock.mjs";

const OTHERS_START_WITHIN_MS = 60_000;

/** The database that is set, or the data folder's own. */
export async function chooseDatabase({ DATABASE_URL, DATA_DIR }, say) {
  if (DATABASE_URL) return { url: DATABASE_URL, stop: async () => undefined };
  return openDatabase({ dataDir: DATA_DIR, say });
}

/**
 * The database of the data folder. Whoever holds its lock runs it; `npm run worker` beside `npm run web` finds it running.
 * @param {{ dataDir: string, say: (sentence: string) => void }} options
 */
async function openDatabase({ dataDir, say }) {
  const { startPostgres, findPostgres } = await import("../postgres.mjs");
  const lock = await takeLock(dataDir, "database");
  if (!lock.isHeld)
    return { url: await waitFor(() => findPostgres({ dataDir })), stop: async () => undefined };
  let isStopping = false;

  const run = async () => {
    const server = await startPostgres({ dataDir }).catch((error) => {
      throw explain(error, dataDir);
    });
    server.onExit(() => void (isStopping || restart()));
    return server;
  };
  const restart = async () => {
    say("the database ended; starting it again");
    current = await run().catch((error) => {
      say(error.message);
      process.kill(process.pid, "SIGTERM");
      return current;
    });
  };

  let current = await run();
  const stop = async (options) => {
    isStopping = true;
    await current.stop(options);
    lock.release();
  };
  return { url: current.url, stop };
}

async function waitFor(find) {
  const deadline = Date.now() + OTHERS_START_WITHIN_MS;
  for (;;) {
    const found = find();
    if (found) return found;
    if (Date.now() > deadline) throw new Error("Another process holds the database but does not start it.");
    await delay(100);
  }
}
