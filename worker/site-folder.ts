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
  const fresh = join(sites, `${TEMPORARY}${deploymentId}-${process.pid}-${Date.now()}`);
  try {
    await mkdir(fresh, { recursive: true, mode: 0o755 });
    const result = await fill(fresh);
    await sync(fresh);
    if (await isStillOurs()) await put(fresh, place);
    await syncFolder(sites);
    return result;
  } catch (error) {
    throw explainDiskError(error);
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
}

async function put(fresh: string, place: string): Promise<void> {
  try {
    await rename(fresh, place);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== "ENOTEMPTY" && code !== "EEXIST") throw error;
  }
}

const FEW = 300;

/**
 * Brings a folder to the disk. Few files one by one, which waits for nothing but them; many with one `sync -f`, which costs
 * one journal commit but takes along what a build elsewhere has written.
 */
async function sync(folder: string): Promise<void> {
  const { files, folders } = await list(folder, FEW);
  if (files.length < FEW) {
    await Promise.all([...files, ...folders].map(syncFile));
    return;
  }
  const { code } = await runProgram(["sync", "--file-system", folder], { env: { PATH: SYSTEM_PATH } });
  if (code !== 0)
    for (const file of (await list(folder, Number.POSITIVE_INFINITY)).files) await syncFile(file);
}

async function list(folder: string, enough: number): Promise<{ files: string[]; folders: string[] }> {
  const files: string[] = [];
  const folders = [folder];
  for (let at = 0; at < folders.length && files.length < enough; at += 1) {
    const here = folders[at] ?? folder;
    for (const entry of await readdir(here, { withFileTypes: true })) {
      (entry.isDirectory() ? folders : files).push(join(here, entry.name));
    }
  }
  return { files, folders };
}

async function syncFile(path: string): Promise<void> {
  const file = await open(path, "r");
  try {
    await file.datasync();
  } finally {
    await file.close();
  }
}

const syncFolder = syncFile;

/** Removes the published files of a deployment, and nothing that is not a deployment's. */
export async function removeSite(sites: string, deploymentId: string): Promise<void> {
  await rm(sitePath(sites, deploymentId), { recursive: true, force: true });
}

/** Removes what a killed worker of this machine was about to publish. Only at start, before anything is published. */
export async function removeUnpublished(sites: string): Promise<void> {
  if (!existsSync(sites)) return;
  for (const name of await readdir(sites)) {
    if (name.startsWith(TEMPORARY)) await rm(join(sites, name), { recursive: true, force: true });
  }
}
