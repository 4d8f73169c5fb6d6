import { resolve } from "node:path";
import { chooseAccount } from "./postgres/account.mjs";
import { findBinaries } from "./postgres/binaries.mjs";
import { ensureCluster } from "./postgres/cluster.mjs";
import { clusterPaths, giveFolder, makeBaseFolder, makeOwnFolder } from "./postgres/folders.mjs";
import { clearStaleLocks, findPostmaster } from "./postgres/leftovers.mjs";
import { isAlive } from "./postgres/processes.mjs";
import { prepareDatabase, spawnPostmaster, stopPostmaster } from "./postgres/server.mjs";

const WATCH_MS = 500;

/**
 * The real PostgreSQL, from npm, on a unix socket below the data folder. Made at the first start; a server that outlived
 * a killed supervisor is adopted; after a crash PostgreSQL recovers by itself. One caller at a time (the supervisor's lock).
 * @param {{ dataDir: string, database?: string, isDurable?: boolean }} options `isDurable: false` is for data that may be
 *   lost with the power, such as a test's
 */
export async function startPostgres({ dataDir, database = "console", isDurable = true }) {
  const folder = resolve(dataDir);
  const paths = clusterPaths(folder);
  const running = findPostmaster(paths.cluster);
  if (running !== undefined) {
    await prepareDatabase(paths, database, () => !isAlive(running));
    return describe({ paths, database, pid: running, isAdopted: true });
  }
  const { pid, child } = await launch({ folder, paths, isDurable });
  await prepareDatabase(paths, database, () => child.exitCode !== null || child.signalCode !== null);
  return describe({ paths, database, pid, isAdopted: false });
}

/** The address of the server that runs on this data folder, or undefined. */
export function findPostgres({ dataDir, database = "console" }) {
  const paths = clusterPaths(resolve(dataDir));
  return findPostmaster(paths.cluster) === undefined ? undefined : addressOf(paths, database);
}

async function launch({ folder, paths, isDurable }) {
  const binaries = findBinaries();
  makeBaseFolder(folder, paths.base);
  const account = chooseAccount(binaries.postgres, folder);
  giveFolder(paths.base, account);
  makeOwnFolder(paths.socketFolder, account);
  ensureCluster({ binaries, account, cluster: paths.cluster, isDurable });
  await clearStaleLocks(paths);
  const child = spawnPostmaster({ binaries, account, paths, isDurable });
  child.on("error", () => undefined);
  // A short-lived caller (a test run, the console command) may end while the server stays.
  child.unref();
  return { pid: child.pid, child };
}

const addressOf = ({ socketFolder }, database) =>
  `postgres://console@/${database}?host=${encodeURIComponent(socketFolder)}`;

function describe({ paths, database, pid, isAdopted }) {
  return {
    url: addressOf(paths, database),
    socketFolder: paths.socketFolder,
    pid,
    isAdopted,
    /** Calls back once when the server is gone. An adopted one is nobody's child here, so it is looked after. */
    onExit: (callback) => watch(pid, callback),
    stop: (options) => stopPostmaster(pid, options),
  };
}

function watch(pid, callback) {
  const timer = setInterval(() => {
    if (isAlive(pid)) return;
    clearInterval(timer);
    callback();
  }, WATCH_MS);
  timer.unref();
  return () => clearInterval(timer);
}
