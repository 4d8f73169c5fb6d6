import { readdir } from "node:fs/promises";
import { join, relative } from "node:path";
import type { Paths } from "@/sites/lookup";

/** A deployment's files. They never change under its id, so their names are read once. */
export type Published = { folder: string; paths: Paths };

const DEPLOYMENT = /^dep_[0-9a-z]{20}$/;
const REMEMBERED = 100;

export type PublishedFiles = {
  /** Null when the folder is gone. */
  open(deploymentId: string): Promise<Published | null>;
  /** The folder turned out to have been removed. */
  forget(deploymentId: string): void;
};

/** Remembers the names of the files of the deployments that were asked for last. */
export function createPublishedFiles(sites: string): PublishedFiles {
  const known = new Map<string, Promise<Published | null>>();
  const open = (deploymentId: string) => {
    const found = known.get(deploymentId) ?? read(sites, deploymentId);
    known.delete(deploymentId);
    known.set(deploymentId, found);
    found.then(
      (published) => published ?? known.delete(deploymentId),
      () => known.delete(deploymentId),
    );
    const [oldest] = known.keys();
    if (known.size > REMEMBERED && oldest !== undefined) known.delete(oldest);
    return found;
  };
  return { open, forget: (deploymentId) => void known.delete(deploymentId) };
}

async function read(sites: string, deploymentId: string): Promise<Published | null> {
  if (!DEPLOYMENT.test(deploymentId)) return null;
  const folder = join(sites, deploymentId);
  try {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    // Only regular files: what is published holds no links, and one that got there all the same leads nowhere.
    const files = entries.filter((entry) => entry.isFile());
    return {
      folder,
      paths: new Set(files.map((file) => relative(folder, join(file.parentPath, file.name)))),
    };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
}
