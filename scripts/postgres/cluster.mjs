import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { SERVER_ENVIRONMENT } from "./environment.mjs";
import { giveFolder, makeOwnFolder } from "./folders.mjs";

/** Makes the data folder of the server if there is none. A kill half-way leaves only a `.tmp`, which is thrown away. */
export function ensureCluster({ binaries, account, cluster, isDurable }) {
  if (existsSync(join(cluster, "PG_VERSION"))) {
    refuseOtherVersion(cluster, binaries.major);
    giveFolder(cluster, account);
    return;
  }
  const unfinished = `${cluster}.tmp`;
  rmSync(unfinished, { recursive: true, force: true });
  makeOwnFolder(unfinished, account);
  initialize({ binaries, account, folder: unfinished, isDurable });
  renameSync(unfinished, cluster);
}

function refuseOtherVersion(cluster, major) {
  const found = readFileSync(join(cluster, "PG_VERSION"), "utf8").trim();
  if (found === major) return;
  throw new Error(
    `The data in ${cluster} was written by PostgreSQL ${found}, and this console brings PostgreSQL ${major}. Start the version of the console that wrote it, copy the data over with pg_dump, and start this one with an empty DATA_DIR.`,
  );
}

function initialize({ binaries, account, folder, isDurable }) {
  const options = ["-D", folder, "-U", "console", "-E", "UTF8", "--data-checksums"];
  const access = ["--auth-local=trust", "--auth-host=reject"];
  const locale = ["--locale-provider=builtin", "--locale=C.UTF-8"];
  const speed = isDurable ? [] : ["--no-sync"];
  const [command, args] = account.wrap(binaries.initdb, [...options, ...access, ...locale, ...speed]);
  const { uid, gid } = account;
  const made = spawnSync(command, args, { uid, gid, cwd: "/", env: SERVER_ENVIRONMENT, encoding: "utf8" });
  if (made.status !== 0) throw new Error(`The database could not be created: ${reason(made)}`);
}

const reason = ({ error, stderr, stdout }) => error?.message ?? `${stderr}${stdout}`.trim();
