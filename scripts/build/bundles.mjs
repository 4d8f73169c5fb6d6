import { existsSync } from "node:fs";
import { build } from "esbuild";
import { inRoot, ROOT } from "../project.mjs";

/** What runs outside of Next: name of the bundle, and where it begins. */
const ENTRIES = {
  server: "server/index.ts",
  worker: "worker/index.ts",
  sites: "sites/index.ts",
  boot: "server/boot.ts",
  console: "server/console.ts",
  forge: "e2e/forge/main.ts",
};

// Left to esbuild, a wrong path below `@/` would pass for a package and fail only at run time.
const ownPaths = {
  name: "own-paths",
  setup: (esbuild) =>
    esbuild.onResolve({ filter: /^@\// }, ({ path, kind }) =>
      esbuild.resolve(`./${path.slice(2)}`, { kind, resolveDir: ROOT }),
    ),
};

/**
 * Bundles our own TypeScript for Node; packages stay in node_modules.
 * @param {string} folder where the bundles go, anywhere below the checkout, so that Node finds node_modules
 * @param {string[]} [wanted] names of the bundles, for whoever needs only some
 * @returns {Promise<string[]>} names of the bundles made
 */
export async function bundleProcesses(folder, wanted = Object.keys(ENTRIES)) {
  const names = wanted.filter((name) => existsSync(inRoot(ENTRIES[name])));
  await build({
    absWorkingDir: ROOT,
    entryPoints: Object.fromEntries(names.map((name) => [name, inRoot(ENTRIES[name])])),
    outdir: folder,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    splitting: true,
    chunkNames: "chunks/[name]-[hash]",
    format: "esm",
    platform: "node",
    target: "node20",
    packages: "external",
    plugins: [ownPaths],
    sourcemap: true,
    logLevel: "warning",
  });
  return names;
}
