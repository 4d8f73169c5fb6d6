import { existsSync } from "node:fs";
import { mkdir, open, readdir, rename, rm } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { explainDiskError } from "@/worker/failure";
import { SYSTEM_PATH } from "@/worker/git";
import { runProgram } from "@/worker/run";

/** Of this machine alone: other machines' workers may share the folder. */
const TEMPORARY = `.tmp-${hostname().replace(/[^A-Za-z0-9-]/g, "")}-`;
const DEPLOYMENT = /^dep_[0-9a-z]{20}$/;

/** Where the files of a deployment are published. Ids are ours; a check keeps it so. */
export function sitePath(sites: string, deploymentId: string): string {
  if (!DEPLOYMENT.test(deploymentId)) throw new Error(`${deploymentId} names no deployment.`);
  return join(sites, deploymentId);
}

/**
 * Fills a new folder through `fill` and puts it in its place in one step, on the disk before anybody can see it. Whatever
 * goes wrong, nothing is left and nothing published was touched. A folder that is in place already is complete, from an
 * earlier attempt that did not get to say so: it stays.
 */
export async function publish<T>(
  sites: string,
  deploymentId: string,
  fill: (folder: string) => Promise<T>,
  isStillOurs: () => Promise<boolean>,
): Promise<T> {
  const place = sitePath(sites, deploymentId);
  const fresh = aside(sites, deploymentId);
  try {
    await mkdir(fresh, { recursive: true, mode: 0o755 });
    const result = await fill(fresh);
    await sync(fresh);
    if (await isStillOurs()) await put(fresh, place);
    await syncFile(sites);
    return result;
  } catch (error) {
    throw explainDiskError(error);
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
}

/** A place that nobody serves from: what is left there by a killed worker, the next one removes. */
const aside = (sites: string, deploymentId: string): string =>
  join(sites, `${TEMPORARY}${deploymentId}-${process.pid}-${Date.now()}`);

async function put(fresh: string, place: string): Promise<void> {
  try {
    await rename(fresh, place);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== "ENOTEMPTY" && code !== "EEXIST") throw error;
  }
}

/**
 * Brings a folder to the disk, by two ways at once. `sync -f` costs one journal commit for all files, but takes along whatever
 * a build elsewhere has written; file by file costs a commit for each, but waits for nothing else. The faster one counts.
 */
async function sync(folder: string): Promise<void> {
  const finished = new AbortController();
  const wholeDisk = syncDisk(folder, finished.signal);
  const eachFile = syncFiles(folder, finished.signal);
  try {
    await Promise.any([wholeDisk, eachFile]);
  } finally {
    finished.abort();
    await eachFile;
  }
}

async function syncDisk(folder: string, signal: AbortSignal): Promise<void> {
  const argv = ["sync", "--file-system", folder] as const;
  const { code } = await runProgram(argv, { env: { PATH: SYSTEM_PATH }, signal });
  if (code !== 0) throw new Error(`sync ended with ${code}.`);
}

const AT_ONCE = 4;

/** Stops early, without an error, once the other way has brought everything to the disk. */
async function syncFiles(folder: string, signal: AbortSignal): Promise<void> {
  const paths = walk(folder);
  const lane = async () => {
    for await (const path of paths) {
      if (signal.aborted) return;
      await syncFile(path);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
}

/** The files and folders of a folder, that itself included. */
async function* walk(folder: string): AsyncGenerator<string> {
  yield folder;
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* walk(path);
    else yield path;
  }
}

async function syncFile(path: string): Promise<void> {
  const file = await open(path, "r");
  try {
    await file.datasync();
  } finally {
    await file.close();
  }
}

/**
 * Removes the published files of a deployment, and nothing that is not a deployment's. In one step for whoever looks: what is in its
 * place is complete until it is gone.
 */
export async function removeSite(sites: string, deploymentId: string): Promise<void> {
  const gone = aside(sites, deploymentId);
  try {
    await rename(sitePath(sites, deploymentId), gone);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    return;
  }
  await rm(gone, { recursive: true, force: true });
}

/** Removes what a killed worker of this machine was about to publish, or to remove. Only at start, before anything is published. */
export async function removeUnpublished(sites: string): Promise<void> {
  if (!existsSync(sites)) return;
  for (const name of await readdir(sites)) {
    if (name.startsWith(TEMPORARY)) await rm(join(sites, name), { recursive: true, force: true });
  }
}

/** The ids of the deployments that have a folder here. */
export async function listSites(sites: string): Promise<string[]> {
  return (await readdir(sites)).filter((name) => DEPLOYMENT.test(name));
}
