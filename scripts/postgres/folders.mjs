import { createHash } from "node:crypto";
import { chmodSync, chownSync, lchownSync, lstatSync, mkdirSync, readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A socket's address has 107 bytes on Linux, 103 on macOS; `/.s.PGSQL.5432.lock` is appended. */
const LONGEST_SOCKET_FOLDER = 84;

/**
 * Where a data folder keeps its database.
 * @param {string} dataDir absolute
 */
export function clusterPaths(dataDir) {
  const base = join(dataDir, "postgres");
  const near = join(base, "run");
  const isShort = Buffer.byteLength(near) <= LONGEST_SOCKET_FOLDER;
  return {
    base,
    cluster: join(base, "cluster"),
    log: join(base, "postgres.log"),
    socketFolder: isShort ? near : join(tmpdir(), `skytells-pg-${shortHash(base)}`),
  };
}

const shortHash = (text) => createHash("sha256").update(text).digest("hex").slice(0, 12);

/** Makes the data folder and the database's own folder. The key lies beside it, so others may pass but not look. */
export function makeBaseFolder(dataDir, base) {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  if (process.getuid?.() === 0) chmodSync(dataDir, 0o711);
  mkdirSync(base, { recursive: true, mode: 0o700 });
}

/** Makes a folder that only the database's account may open; refuses one that somebody else put there before. */
export function makeOwnFolder(folder, { uid, gid }) {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const found = lstatSync(folder);
  const us = process.getuid?.();
  if (!found.isDirectory() || (us !== undefined && us !== 0 && found.uid !== us)) {
    throw new Error(`${folder} belongs to somebody else. Remove it, or choose another DATA_DIR.`);
  }
  if (uid !== undefined) chownSync(folder, uid, gid);
  chmodSync(folder, 0o700);
}

/** Hands a folder with all it holds to the account, if another one ran the database before (moved data, `sudo` once). */
export function giveFolder(folder, { uid, gid }) {
  if (uid === undefined || lstatSync(folder).uid === uid) return;
  for (const entry of readdirSync(folder, { recursive: true })) lchownSync(join(folder, entry), uid, gid);
  chownSync(folder, uid, gid);
}
