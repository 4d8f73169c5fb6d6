import { readdir, readFile } from "node:fs/promises";
import { join, relative } from "node:path";

/**
 * The refs of a bare repository whose names lie below these (`refs/heads`), read as git reads them and without starting it: first
 * those in files of their own, then those in the packed file that have none [git docs, gitrepository-layout].
 */
export async function readRefFiles(
  directory: string,
  kinds: readonly string[],
): Promise<Map<string, string>> {
  const loose = (await Promise.all(kinds.map((kind) => readLoose(directory, kind)))).flat();
  const packed = await readPacked(directory, kinds);
  const refs = new Map([...packed, ...loose]);
  return new Map([...refs].sort(([one], [other]) => Buffer.compare(Buffer.from(one), Buffer.from(other))));
}

type Entry = [name: string, sha: string];

async function readLoose(directory: string, kind: string): Promise<Entry[]> {
  const entries = await orNothing(
    readdir(join(directory, kind), { recursive: true, withFileTypes: true }),
    [],
  );
  // What is being written has the name of a lock until it is whole.
  const files = entries.filter((entry) => entry.isFile() && !entry.name.endsWith(".lock"));
  const read = files.map(async ({ parentPath, name }): Promise<Entry> => {
    const file = join(parentPath, name);
    return [relative(directory, file), (await orNothing(readFile(file, "utf8"), "")).trim()];
  });
  return (await Promise.all(read)).filter(([, sha]) => sha !== "");
}

async function readPacked(directory: string, kinds: readonly string[]): Promise<Entry[]> {
  const text = await orNothing(readFile(join(directory, "packed-refs"), "utf8"), "");
  const entries = text
    .split("\n")
    .filter((line) => /^[0-9a-f]{40} /.test(line))
    .map((line): Entry => [line.slice(41), line.slice(0, 40)]);
  return entries.filter(([name]) => kinds.some((kind) => name.startsWith(`${kind}/`)));
}

/** A ref may be deleted between the moment it is listed and the moment it is read. */
const orNothing = <T>(read: Promise<T>, nothing: T): Promise<T> =>
  read.catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return nothing;
    throw error;
  });
