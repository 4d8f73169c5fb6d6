import { chmod, mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { removeUnpublished } from "@/worker/site-folder";

/** Where a worker keeps its things, below DATA_DIR. */
export type Folders = {
  /** Published sites, one folder for each deployment. Shared with the sites process. */
  sites: string;
  /** A bare mirror for each repository: a cache. */
  mirrors: string;
  /** Checkouts and builds that are under way. */
  builds: string;
  /** Small files that git and the sandbox are given. */
  tools: string;
};

export const foldersOf = (dataDir: string): Folders => ({
  sites: join(dataDir, "sites"),
  mirrors: join(dataDir, "mirrors"),
  builds: join(dataDir, "builds"),
  tools: join(dataDir, "worker"),
});

/** Makes the folders, and removes what a worker that was killed left half-done. */
export async function prepareFolders(folders: Folders): Promise<void> {
  for (const folder of [folders.mirrors, folders.builds, folders.tools]) {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await chmod(folder, 0o700);
  }
  await mkdir(folders.sites, { recursive: true, mode: 0o755 });
  await removeUnpublished(folders.sites);
  for (const name of await readdir(folders.builds)) {
    await rm(join(folders.builds, name), { recursive: true, force: true });
  }
}
