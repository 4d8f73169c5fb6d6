import { failure } from "@/worker/failure";
import { MirrorDamaged, type Objects } from "@/worker/objects";

/** Names are bytes to git and to the disk: kept one character for each byte (`latin1`) until they reach the disk. */
export type TreeEntry = { kind: EntryKind; isExecutable: boolean; name: string; id: string };
export type EntryKind = "file" | "folder" | "link" | "submodule";

const MODES: Record<string, { kind: EntryKind; isExecutable: boolean }> = {
  "40000": { kind: "folder", isExecutable: false },
  "100644": { kind: "file", isExecutable: false },
  "100664": { kind: "file", isExecutable: false },
  "100755": { kind: "file", isExecutable: true },
  "120000": { kind: "link", isExecutable: false },
  "160000": { kind: "submodule", isExecutable: false },
};

/** Parses a tree object. Throws `repository_unsafe` for a name that would leave its folder or pose as git's own. */
export function parseTree(data: Buffer, idBytes: number): TreeEntry[] {
  const entries: TreeEntry[] = [];
  const names = new Set<string>();
  for (let at = 0; at < data.length; ) {
    const space = data.indexOf(32, at);
    const end = data.indexOf(0, space);
    const next = end + 1 + idBytes;
    if (space < 0 || end < 0 || next > data.length) throw unsafe("a damaged folder");
    const mode = MODES[data.toString("latin1", at, space).replace(/^0+/, "")];
    const name = data.toString("latin1", space + 1, end);
    if (!mode || isForbidden(name) || names.has(name)) throw unsafe(`the name ${JSON.stringify(name)}`);
    names.add(name);
    entries.push({ ...mode, name, id: data.toString("hex", end + 1, next) });
    at = next;
  }
  return entries;
}

/** git's own checks (fsck) refuse these already; one that slips through would be written outside of the checkout. */
const isForbidden = (name: string): boolean =>
  name === "" || name === "." || name === ".." || name.includes("/") || /^\.git[ .]*$/i.test(name);

const unsafe = (what: string) => failure("repository_unsafe", { what });

/** The folders of a `/`-separated path, as typed by a person. */
export const segmentsOf = (path: string): string[] =>
  path.split("/").filter((segment) => segment !== "" && segment !== ".");

/** The id of the folder at a path below a tree; null when there is none. */
export async function findFolder(
  objects: Objects,
  treeId: string,
  segments: readonly string[],
): Promise<string | null> {
  let id = treeId;
  for (const segment of segments) {
    const entries = await readTree(objects, id);
    const name = Buffer.from(segment, "utf8").toString("latin1");
    const found = entries.find((entry) => entry.name === name);
    if (found?.kind !== "folder") return null;
    id = found.id;
  }
  return id;
}

async function readTree(objects: Objects, id: string): Promise<TreeEntry[]> {
  const object = await objects.read(id);
  if (object?.type !== "tree") throw new MirrorDamaged(`The mirror has no tree ${id}.`);
  return parseTree(object.data, id.length / 2);
}

/** An entry with its path below the tree that was walked. */
export type PathEntry = TreeEntry & { path: string };

const ENTRIES = 500_000;
const DEPTH = 100;

type Level = { id: string; path: string }[];
type IsWanted = (entry: TreeEntry, depth: number) => boolean;

/** All entries below a tree, folders before what they contain. `isWanted` leaves out an entry with all below it. */
export async function walkTree(objects: Objects, treeId: string, isWanted: IsWanted): Promise<PathEntry[]> {
  const found: PathEntry[] = [];
  let level: Level = [{ id: treeId, path: "" }];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > DEPTH) throw unsafe("folders nested a hundred deep");
    const entries = await readLevel(objects, level, (entry) => isWanted(entry, depth));
    for (const entry of entries) found.push(entry);
    if (found.length > ENTRIES) throw unsafe("more than half a million files");
    level = entries.filter((entry) => entry.kind === "folder");
  }
  return found;
}

async function readLevel(
  objects: Objects,
  level: Level,
  isWanted: (entry: TreeEntry) => boolean,
): Promise<PathEntry[]> {
  const lists = await Promise.all(level.map(({ id }) => readTree(objects, id)));
  return lists.flatMap((list, index) => {
    const parent = level[index]?.path ?? "";
    const inside = (name: string) => (parent === "" ? name : `${parent}/${name}`);
    return list.filter(isWanted).map((entry) => ({ ...entry, path: inside(entry.name) }));
  });
}
