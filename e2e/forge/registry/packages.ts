import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { writeAtomically } from "@/e2e/forge/state/store";
import { makeTar } from "./tar";

export interface PackageSource {
  name: string;
  version: string;
  description: string;
  /** Path inside the package to content; package.json is made from the fields above. */
  files: Record<string, string>;
  main: string;
  bin?: Record<string, string>;
  dependencies?: Record<string, string>;
}

export interface PublishedPackage {
  manifest: Record<string, unknown> & { name: string; version: string };
  integrity: string;
  shasum: string;
  file: string;
}

/**
 * Packs and stores a package once; its bytes are kept, so that the integrity in a lock file stays true
 * whatever a later Node compresses differently.
 */
export function publish(dataDir: string, source: PackageSource): PublishedPackage {
  const folder = packagesFolder(dataDir);
  const name = `${source.name.replace("/", "__")}-${source.version}`;
  const { files, ...fields } = source;
  const manifest = { ...fields, type: "module", license: "MIT" };
  const packed = {
    "package/package.json": `${JSON.stringify(manifest, null, 2)}\n`,
    ...Object.fromEntries(Object.entries(files).map(([path, content]) => [`package/${path}`, content])),
  };
  const tarball = join(folder, `${name}.tgz`);
  if (!existsSync(tarball)) writeAtomically(tarball, gzipSync(makeTar(packed), { level: 9 }));
  writeAtomically(join(folder, `${name}.json`), JSON.stringify(manifest));
  return describe(manifest, tarball);
}

/** All versions of all packages that were ever published here. */
export function readPackages(dataDir: string): PublishedPackage[] {
  const folder = packagesFolder(dataDir);
  return readdirSync(folder)
    .filter((name) => name.endsWith(".json"))
    .map((name) => {
      const manifest = JSON.parse(readFileSync(join(folder, name), "utf8"));
      return describe(manifest, join(folder, name.replace(/\.json$/, ".tgz")));
    });
}

function describe(manifest: PublishedPackage["manifest"], file: string): PublishedPackage {
  const bytes = readFileSync(file);
  return {
    manifest,
    file,
    integrity: `sha512-${createHash("sha512").update(bytes).digest("base64")}`,
    shasum: createHash("sha1").update(bytes).digest("hex"),
  };
}

function packagesFolder(dataDir: string): string {
  const folder = join(dataDir, "packages");
  mkdirSync(folder, { recursive: true });
  return folder;
}
