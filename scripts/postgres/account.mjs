import { spawnSync } from "node:child_process";
import { readFileSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { SERVER_ENVIRONMENT } from "./environment.mjs";

/**
 * How to run the server's programs: PostgreSQL refuses to be root.
 * @typedef {{ uid?: number, gid?: number, wrap: (command: string, args: string[]) => [string, string[]] }} Account
 */

/** @type {Account} */
const SELF = { wrap: (command, args) => [command, args] };

/**
 * @param {string} program a program that the account must be able to run
 * @param {string} folder where it will keep its data
 * @returns {Account}
 */
export function chooseAccount(program, folder) {
  if (process.getuid?.() !== 0) return SELF;
  const user = findUser("postgres") ?? findUser("nobody");
  if (user && canEnter(user, folder) && canRun(user, program)) return { ...user, wrap: SELF.wrap };
  if (canUnshare(program)) return { uid: 0, gid: 0, wrap: unshared };
  throw new Error(
    `PostgreSQL does not run as root, and no other account can enter ${folder}. Set DATA_DIR to a folder below one that everyone may enter (such as /var/lib), start the console as another user, or set DATABASE_URL.`,
  );
}

function findUser(name) {
  const line = readFileSync("/etc/passwd", "utf8")
    .split("\n")
    .find((entry) => entry.startsWith(`${name}:`));
  if (!line) return undefined;
  const [, , uid, gid] = line.split(":");
  return { uid: Number(uid), gid: Number(gid) };
}

function canEnter(user, folder) {
  for (let at = folder; ; at = dirname(at)) {
    if (!mayPass(user, statSync(at))) return false;
    if (at === dirname(at)) return true;
  }
}

function mayPass({ uid, gid }, { mode, uid: owner, gid: group }) {
  if (owner === uid) return (mode & 0o100) !== 0;
  if (group === gid) return (mode & 0o010) !== 0;
  return (mode & 0o001) !== 0;
}

const canRun = (user, program) =>
  spawnSync(program, ["--version"], { ...user, cwd: "/", env: SERVER_ENVIRONMENT }).status === 0;

/** In a user namespace root is somebody else, yet keeps root's way through folders such as /root. */
const unshared = (command, args) => [
  "unshare",
  ["--user", "--map-user=65534", "--map-group=65534", "--", command, ...args],
];

function canUnshare(program) {
  const [command, args] = unshared(program, ["--version"]);
  return spawnSync(command, args, { cwd: "/", env: SERVER_ENVIRONMENT }).status === 0;
}
