import type { Dirent } from "node:fs";
import { constants } from "node:fs";
import { type FileHandle, lstat, mkdir, open, readdir, readlink, realpath } from "node:fs/promises";
import { dirname, join, relative, resolve, sep } from "node:path";
import { explainDiskError, failure } from "@/worker/failure";

export type Output = {
  /** The folder that a commit was checked out to: nothing outside of it is ever published. */
  checkout: string;
  /** The folder to publish, relative to the checkout. */
  folder: string;
  /** What a person calls that folder. */
  label: string;
  maxBytes: number;
};
export type Copied = { files: number; bytes: number; hidden: number; broken: string[] };

type Copying = Output & { root: string; copied: Copied };

const ENTRIES = 500_000;
const DEPTH = 100;

/**
 * Copies what a build left into an existing, empty folder. A link that stays inside the checkout is copied as what it points
 * to; hidden files (but `.well-known`) stay behind. Throws `output_missing`, `output_outside`, `output_special`,
 * `output_too_large`, `output_empty`, `no_space`.
 */
export async function copyOutput(output: Output, target: string): Promise<Copied> {
  const root = await realpath(output.checkout);
  const copied: Copied = { files: 0, bytes: 0, hidden: 0, broken: [] };
  const source = await findOutput(root, output);
  try {
    await copyFolder({ ...output, root, copied }, source, target, [source]);
  } catch (error) {
    throw explainDiskError(error);
  }
  if (copied.files === 0) throw failure("output_empty", { directory: output.label });
  return copied;
}

async function findOutput(root: string, { folder, label }: Output): Promise<string> {
  const wanted = resolve(root, folder);
  if (!isInside(root, wanted)) throw failure("output_outside", { directory: label });
  const found = await realpath(wanted).catch(() => null);
  if (found === null) throw failure("output_missing", { directory: label });
  if (!isInside(root, found)) throw failure("output_outside", { directory: label });
  if (!(await lstat(found)).isDirectory()) throw failure("output_missing", { directory: label });
  return found;
}

const isInside = (root: string, path: string): boolean => path === root || path.startsWith(root + sep);

export const isHidden = (name: string): boolean => name.startsWith(".") && name !== ".well-known";

/** `above`: the real folders that led here, so that a link to one of them does not go round for ever. */
async function copyFolder(
  copying: Copying,
  source: string,
  target: string,
  above: readonly string[],
): Promise<void> {
  if (above.length > DEPTH) throw failure("output_special", { path: relative(copying.root, source) });
  for (const entry of await readdir(source, { withFileTypes: true })) {
    if (isHidden(entry.name)) copying.copied.hidden += 1;
    else await copyEntry(copying, entry, join(source, entry.name), join(target, entry.name), above);
  }
}

async function copyEntry(
  copying: Copying,
  entry: Dirent,
  source: string,
  target: string,
  above: readonly string[],
): Promise<void> {
  if (entry.isSymbolicLink()) return copyLink(copying, source, target, above);
  if (entry.isDirectory()) {
    await mkdir(target);
    return copyFolder(copying, source, target, [...above, source]);
  }
  if (entry.isFile()) return copyFile(copying, source, target);
  throw special(copying, source);
}

const special = (copying: Copying, path: string) =>
  failure("output_special", { path: relative(copying.root, path) });

async function copyLink(
  copying: Copying,
  source: string,
  target: string,
  above: readonly string[],
): Promise<void> {
  const found = await realpath(source).catch(() => null);
  const real = found ?? resolve(dirname(source), await readlink(source));
  if (!isInside(copying.root, real)) {
    throw failure("output_outside", { directory: relative(copying.root, source) });
  }
  const isLoop = above.includes(real);
  if (found === null || isLoop) return void copying.copied.broken.push(relative(copying.root, source));
  const stats = await lstat(real);
  if (stats.isFile()) return copyFile(copying, real, target);
  if (!stats.isDirectory()) throw special(copying, source);
  await mkdir(target);
  return copyFolder(copying, real, target, [...above, real]);
}

// Never through a link that appeared in between, and never waiting for somebody to open the other end of a pipe.
const READ = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

async function copyFile(copying: Copying, source: string, target: string): Promise<void> {
  const { copied, maxBytes } = copying;
  const from = await open(source, READ);
  try {
    const stats = await from.stat();
    if (!stats.isFile()) throw special(copying, source);
    copied.files += 1;
    copied.bytes += stats.size;
    if (copied.bytes > maxBytes) throw failure("output_too_large", { bytes: maxBytes });
    if (copied.files > ENTRIES) throw failure("output_too_large", { bytes: maxBytes });
    await copyBytes(from, target, stats.size);
  } finally {
    await from.close();
  }
}

const BLOCK_BYTES = 1024 * 1024;

/** Copies at most `size` bytes: a file that still grows is not followed. */
async function copyBytes(from: FileHandle, target: string, size: number): Promise<void> {
  const to = await open(target, "wx", 0o644);
  try {
    const block = Buffer.allocUnsafe(Math.min(size, BLOCK_BYTES) || 1);
    for (let at = 0; at < size; ) {
      const { bytesRead } = await from.read(block, 0, Math.min(block.length, size - at), at);
      if (bytesRead === 0) break;
      await to.writeFile(block.subarray(0, bytesRead));
      at += bytesRead;
    }
  } finally {
    await to.close();
  }
}
