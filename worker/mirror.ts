import { existsSync, rmSync, statSync, utimesSync } from "node:fs";
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { failure } from "@/worker/failure";
import { CommitRefused, FetchFailed, type FetchTools, fetchInto } from "@/worker/fetch";
import { openObjects } from "@/worker/objects";
import type { Remote } from "@/worker/remote";
import { listFolder, watchSize } from "@/worker/size";

export type Wanted = { commit: string; ref: string };
export type MirrorTools = FetchTools & {
  /** Folder of all mirrors. */
  folder: string;
  /** A repository larger than this is not fetched to its end. */
  maxBytes: number;
};

const COMMIT = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;
const REPOSITORY = /^rep_[0-9a-z]{20}$/;

/** Folder of a repository's mirror. Ids are ours; a check keeps it so. */
export function mirrorPath(tools: Pick<MirrorTools, "folder">, repositoryId: string): string {
  if (!REPOSITORY.test(repositoryId)) throw new Error(`${repositoryId} names no repository.`);
  return join(tools.folder, `${repositoryId}.git`);
}

export const hasMirror = (mirror: string): boolean => existsSync(join(mirror, "HEAD"));

const keptRef = (mirror: string, commit: string): string => join(mirror, "refs", "kept", commit);

/** Whether the mirror has this commit with everything that it needs: its ref is only written once that was verified. */
export const hasCommit = (mirror: string, commit: string): boolean =>
  COMMIT.test(commit) && existsSync(keptRef(mirror, commit));

/**
 * Brings exactly this commit into the mirror, at a cost that grows with what changed. Where the server does not hand out
 * commits by id, the branch is deepened until it is there. A damaged mirror is thrown away and made anew, once.
 * Throws `commit_missing` when the branch does not contain it, and what `fetchInto` throws.
 */
export async function bringCommit(
  mirror: string,
  wanted: Wanted,
  remote: Remote,
  tools: MirrorTools,
  signal?: AbortSignal,
): Promise<void> {
  if (!COMMIT.test(wanted.commit)) throw failure("commit_missing", missing(wanted));
  if (isWornOut(mirror)) await discardMirror(mirror);
  const isNew = await prepareMirror(mirror, wanted.commit.length);
  try {
    await fetchLimited(mirror, wanted, remote, tools, signal);
  } catch (error) {
    // What grew over time may fit when it is fetched alone.
    const mayBeTheMirror = error instanceof FetchFailed || error instanceof MirrorTooLarge;
    if (!mayBeTheMirror || isNew) throw asFailure(error, tools);
    await discardMirror(mirror);
    await prepareMirror(mirror, wanted.commit.length);
    await fetchAnew(mirror, wanted, remote, tools, signal);
  }
  forgetOldest(mirror, wanted.commit);
}

async function fetchAnew(...args: Parameters<typeof fetchLimited>): Promise<void> {
  try {
    await fetchLimited(...args);
  } catch (error) {
    throw asFailure(error, args[3]);
  }
}

class MirrorTooLarge extends Error {
  override readonly name = "MirrorTooLarge";
}

const asFailure = (error: unknown, { maxBytes }: MirrorTools): unknown =>
  error instanceof MirrorTooLarge ? failure("repository_too_large", { bytes: maxBytes }) : error;

const PACKS = 100;

/** Every fetch adds a pack. One clone in so many fetches is cheaper than tidying up, and leaves nothing to go wrong. */
const isWornOut = (mirror: string): boolean => listFolder(packsOf(mirror)).length > PACKS;

const packsOf = (mirror: string): string => join(mirror, "objects", "pack");

const missing = ({ commit, ref }: Wanted) => ({ commit, branch: ref.replace(/^refs\/(heads|tags)\//, "") });

async function fetchLimited(
  mirror: string,
  wanted: Wanted,
  remote: Remote,
  tools: MirrorTools,
  signal?: AbortSignal,
): Promise<void> {
  const watch = watchSize(packsOf(mirror), tools.maxBytes, signal);
  try {
    await fetchCommit(mirror, wanted, remote, tools, watch.signal);
    if (!watch.isExceeded()) return;
  } catch (error) {
    if (!watch.isExceeded()) throw error;
  } finally {
    watch.stop();
  }
  await discardMirror(mirror);
  throw new MirrorTooLarge();
}

/** How far a branch is deepened, step by step, when a commit cannot be had by its id. */
const DEPTHS = ["--depth=1", "--depth=50", "--depth=1000", "--depth=2147483647"];

async function fetchCommit(
  mirror: string,
  wanted: Wanted,
  remote: Remote,
  tools: FetchTools,
  signal: AbortSignal,
): Promise<void> {
  const { commit, ref } = wanted;
  const byId = `+${commit}:refs/kept/${commit}`;
  try {
    return await fetchInto({ mirror, remote, refspec: byId, depth: "--depth=1", signal }, tools);
  } catch (error) {
    if (!(error instanceof CommitRefused)) throw error;
  }
  for (const depth of DEPTHS) {
    await fetchBranch(mirror, wanted, { remote, depth, signal }, tools);
    if (await holdsCommit(mirror, commit)) return writeFile(keptRef(mirror, commit), `${commit}\n`);
  }
  throw failure("commit_missing", missing({ commit, ref }));
}

async function fetchBranch(
  mirror: string,
  wanted: Wanted,
  how: { remote: Remote; depth: string; signal: AbortSignal },
  tools: FetchTools,
): Promise<void> {
  try {
    await fetchInto({ mirror, refspec: `+${wanted.ref}:refs/branch/deepened`, ...how }, tools);
  } catch (error) {
    throw error instanceof CommitRefused ? failure("commit_missing", missing(wanted)) : error;
  }
}

async function holdsCommit(mirror: string, commit: string): Promise<boolean> {
  const objects = await openObjects(mirror);
  try {
    return (await objects.read(commit))?.type === "commit";
  } finally {
    await objects.close();
  }
}

/** Lays out an empty bare repository, as `git init --bare --template=` would; true when there was none. */
async function prepareMirror(mirror: string, idLength: number): Promise<boolean> {
  if (hasMirror(mirror)) {
    removeUnfinished(packsOf(mirror));
    return false;
  }
  await rm(mirror, { recursive: true, force: true });
  const fresh = `${mirror}.new-${process.pid}`;
  await rm(fresh, { recursive: true, force: true });
  for (const folder of ["objects/info", "objects/pack", "refs/kept", "refs/branch"]) {
    await mkdir(join(fresh, folder), { recursive: true, mode: 0o700 });
  }
  await writeFile(join(fresh, "config"), idLength === 64 ? SHA256_CONFIG : CONFIG);
  await writeFile(join(fresh, "HEAD"), "ref: refs/heads/none\n");
  await rename(fresh, mirror);
  return true;
}

/** What a git that was killed had begun to receive. */
function removeUnfinished(packs: string): void {
  for (const name of listFolder(packs)) {
    if (name.startsWith("tmp_")) rmSync(join(packs, name), { force: true });
  }
}

const CONFIG = "[core]\n\trepositoryformatversion = 0\n\tbare = true\n[gc]\n\tpackRefs = false\n";
const SHA256_CONFIG =
  "[core]\n\trepositoryformatversion = 1\n\tbare = true\n[extensions]\n\tobjectformat = sha256\n[gc]\n\tpackRefs = false\n";

/** Takes a mirror away at once; it is only a cache. */
export async function discardMirror(mirror: string): Promise<void> {
  const trash = `${mirror}.trash-${process.pid}-${Date.now()}`;
  await rename(mirror, trash).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ENOENT") throw error;
  });
  await rm(trash, { recursive: true, force: true });
}

const KEPT = 5;

/** Keeps the refs of the last few commits: what a fetch compares with, and what a redeploy needs. */
function forgetOldest(mirror: string, current: string): void {
  const folder = join(mirror, "refs", "kept");
  const now = new Date();
  utimesSync(join(folder, current), now, now);
  const names = listFolder(folder).filter((name) => COMMIT.test(name));
  if (names.length <= KEPT) return;
  const dated = names.map((name) => ({ name, at: statSync(join(folder, name)).mtimeMs }));
  dated.sort((a, b) => b.at - a.at);
  for (const { name } of dated.slice(KEPT)) rmSync(join(folder, name), { force: true });
}
