import { join } from "node:path";
import { env } from "@/lib/env";
import { failure } from "@/worker/failure";
import { workBytes } from "@/worker/machine";
import { MirrorDamaged, type Objects } from "@/worker/objects";
import { isHidden } from "@/worker/publish";
import { CHECKOUT, type Owner } from "@/worker/sandbox";
import { findFolder, type PathEntry, segmentsOf, walkTree } from "@/worker/tree";
import { type Written, writeTree } from "@/worker/write-tree";

/** A commit in a mirror, open for reading. */
export type OpenCommit = { objects: Objects; treeId: string; rootId: string; close(): Promise<void> };

/** Opens a commit and finds its root directory. Throws `root_missing`, MirrorDamaged; what was given is closed then. */
export async function openCommit(
  objects: Objects,
  commit: string,
  rootDirectory: string,
): Promise<OpenCommit> {
  try {
    const treeId = treeOf(await objects.read(commit));
    const rootId = await findFolder(objects, treeId, foldersIn(rootDirectory));
    if (rootId === null) throw failure("root_missing", { directory: rootDirectory });
    return { objects, treeId, rootId, close: () => objects.close() };
  } catch (error) {
    await objects.close();
    throw error;
  }
}

function treeOf(object: { type: string; data: Buffer } | null): string {
  const match =
    object?.type === "commit" && /^tree ([0-9a-f]+)\n/.exec(object.data.toString("latin1", 0, 80));
  if (!match) throw new MirrorDamaged("The mirror does not hold the commit.");
  return match[1] ?? "";
}

/** The steps of a folder's path as it was typed. One that climbs out is as good as none: `root_missing`. */
export function foldersIn(path: string): string[] {
  const segments = segmentsOf(path);
  if (segments.includes("..")) throw failure("root_missing", { directory: path });
  return segments;
}

/** What a site without a build consists of, or null when that has to be looked at on the disk: links, or no such folder. */
export async function listPlainSite(open: OpenCommit, outputDirectory: string): Promise<PathEntry[] | null> {
  const segments = segmentsOf(outputDirectory);
  if (segments.includes("..")) return null;
  const outputId = await findFolder(open.objects, open.rootId, segments);
  if (outputId === null) return null;
  const entries = await walkTree(open.objects, outputId, (entry) => !isHidden(entry.name));
  return entries.some((entry) => entry.kind === "link") ? null : entries;
}

/** Writes a site straight to where it will be published. */
export function writePlainSite(
  open: OpenCommit,
  entries: readonly PathEntry[],
  folder: string,
): Promise<Written> {
  const tooLarge = (bytes: number) => failure("output_too_large", { bytes });
  return writeTree(open.objects, entries, {
    folder,
    owner: null,
    maxBytes: env().BUILD_OUTPUT_BYTES,
    tooLarge,
  });
}

/** Writes the whole commit into a workspace, owned by whoever will build it. Answers what was left out. */
export async function writeCheckout(
  open: OpenCommit,
  workspace: string,
  owner: Owner | null,
): Promise<{ written: Written; submodules: string[] }> {
  const entries = await walkTree(open.objects, open.treeId, () => true);
  const tooLarge = (bytes: number) => failure("repository_too_large", { bytes });
  const target = { folder: join(workspace, CHECKOUT), owner, maxBytes: workBytes(), tooLarge };
  const written = await writeTree(open.objects, entries, target);
  return { written, submodules: entries.filter((entry) => entry.kind === "submodule").map(nameOf) };
}

const nameOf = (entry: PathEntry): string => Buffer.from(entry.path, "latin1").toString("utf8");
