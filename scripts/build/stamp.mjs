import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { ROOT } from "../project.mjs";

/** What a build is made of. */
const SOURCES = [
  ...["app", "components", "db", "e2e/forge", "lib", "public", "scripts/build", "server", "sites", "worker"],
  ...["next.config.ts", "package-lock.json", "postcss.config.mjs", "proxy.ts", "scripts/build.mjs"],
  ...["tsconfig.build.json", "tsconfig.json"],
];
const isPartOfBuild = (path) => !/\.test\.[a-z]+$|\/testing\//.test(path);

/** One hash of everything that a build is made of: equal hash, equal build. */
export function hashSources(root = ROOT) {
  const hash = createHash("sha256").update(process.version.split(".")[0]);
  for (const file of listSources(root)) hash.update(`\0${relative(root, file)}\0`).update(readFileSync(file));
  return hash.digest("hex");
}

function listSources(root) {
  const files = SOURCES.flatMap((source) => filesBelow(join(root, source)));
  return files.filter((file) => isPartOfBuild(relative(root, file))).sort();
}

function filesBelow(path) {
  const found = statSync(path, { throwIfNoEntry: false });
  if (!found) return [];
  if (!found.isDirectory()) return [path];
  return readdirSync(path, { withFileTypes: true }).flatMap((entry) => filesBelow(join(path, entry.name)));
}

/** A stamp is written last, so that a build that was killed counts as none. */
export function writeStamp(file, hash) {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, hash);
}

export const removeStamp = (file) => rmSync(file, { force: true });
export const hasStamp = (file, hash) => existsSync(file) && readFileSync(file, "utf8") === hash;
