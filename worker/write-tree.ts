import {
  chownSync,
  closeSync,
  fchownSync,
  lchownSync,
  mkdirSync,
  openSync,
  symlinkSync,
  writeSync,
} from "node:fs";
import { explainDiskError, failure } from "@/worker/failure";
import { type Consumer, MirrorDamaged, type Objects } from "@/worker/objects";
import type { PathEntry } from "@/worker/tree";

export type WriteTarget = {
  /** An existing, empty folder. */
  folder: string;
  /** Who shall own what is written; null for ourselves. */
  owner: { uid: number; gid: number } | null;
  maxBytes: number;
  /** What is thrown when the files are larger than that. */
  tooLarge: (bytes: number) => Error;
};

export type Written = { files: number; bytes: number };

/** A path below the folder, as bytes: names in git need not be UTF-8. */
const place = (target: WriteTarget, path: string): Buffer =>
  Buffer.concat([Buffer.from(`${target.folder}/`), Buffer.from(path, "latin1")]);

/**
 * Writes the entries of a tree to a folder: files and folders as they flow in, symbolic links last, so that nothing is ever
 * written through one. Submodules are left out. Throws `no_space`, `repository_too_large`.
 */
export async function writeTree(
  objects: Objects,
  entries: readonly PathEntry[],
  target: WriteTarget,
): Promise<Written> {
  const written: Written = { files: 0, bytes: 0 };
  const links: { path: string; target: Buffer }[] = [];
  try {
    for (const entry of entries) if (entry.kind === "folder") makeFolder(target, entry.path);
    for (const entry of entries) {
      if (entry.kind === "file") objects.ask(entry.id, fileWriter(entry, target, written));
      if (entry.kind === "link") objects.ask(entry.id, linkReader(entry, links));
    }
    await objects.settled();
    for (const link of links) makeLink(target, link);
  } catch (error) {
    throw explainDiskError(error);
  }
  return written;
}

function makeFolder(target: WriteTarget, path: string): void {
  const folder = place(target, path);
  mkdirSync(folder, 0o755);
  if (target.owner) chownSync(folder, target.owner.uid, target.owner.gid);
}

function makeLink(target: WriteTarget, link: { path: string; target: Buffer }): void {
  const path = place(target, link.path);
  symlinkSync(link.target, path);
  if (target.owner) lchownSync(path, target.owner.uid, target.owner.gid);
}

function fileWriter(entry: PathEntry, target: WriteTarget, written: Written): Consumer {
  let file = -1;
  return {
    begin: (type, size) => {
      if (type !== "blob") throw new MirrorDamaged(`The mirror holds no file under ${entry.id}.`);
      written.files += 1;
      written.bytes += size;
      if (written.bytes > target.maxBytes) throw target.tooLarge(target.maxBytes);
      file = openSync(place(target, entry.path), "wx", entry.isExecutable ? 0o755 : 0o644);
    },
    data: (chunk) => writeAll(file, chunk),
    end: () => {
      if (target.owner) fchownSync(file, target.owner.uid, target.owner.gid);
      closeSync(file);
    },
    missing: () => {
      throw new MirrorDamaged(`The mirror has no object ${entry.id}.`);
    },
  };
}

/** The kernel may take less than offered, and says so only by the number that it returns. */
function writeAll(file: number, chunk: Buffer): void {
  for (let at = 0; at < chunk.length; ) at += writeSync(file, chunk, at);
}

const TARGET_BYTES = 4096;

function linkReader(entry: PathEntry, links: { path: string; target: Buffer }[]): Consumer {
  const chunks: Buffer[] = [];
  return {
    begin: (_type, size) => {
      if (size === 0 || size >= TARGET_BYTES) throw badLink(entry);
    },
    data: (chunk) => void chunks.push(Buffer.from(chunk)),
    end: () => {
      const target = Buffer.concat(chunks);
      if (target.includes(0)) throw badLink(entry);
      links.push({ path: entry.path, target });
    },
    missing: () => {
      throw new MirrorDamaged(`The mirror has no object ${entry.id}.`);
    },
  };
}

const badLink = ({ path }: PathEntry) =>
  failure("repository_unsafe", { what: `the broken symbolic link ${JSON.stringify(path)}` });
