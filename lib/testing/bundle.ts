import { basename, resolve } from "node:path";
import { build } from "esbuild";

const root = resolve(import.meta.dirname, "../..");

/** Bundles one TypeScript file for a process of its own, into a folder below the checkout. Gives the bundle's path. */
export async function bundleFile(entry: string, folder: string): Promise<string> {
  const outfile = resolve(folder, `${basename(entry, ".ts")}.mjs`);
  await build({
    absWorkingDir: root,
    entryPoints: [resolve(entry)],
    outfile,
    bundle: true,
    format: "esm",
    platform: "node",
    target: "node20",
    packages: "external",
    plugins: [
      {
        name: "own-paths",
        setup: (esbuild) =>
          esbuild.onResolve({ filter: /^@\// }, ({ path, kind }) =>
            esbuild.resolve(`./${path.slice(2)}`, { kind, resolveDir: root }),
          ),
      },
    ],
    logLevel: "warning",
  });
  return outfile;
}
