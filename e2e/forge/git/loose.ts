import { createHash } from "node:crypto";
import { existsSync, mkdirSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { deflateSync } from "node:zlib";
import { type FileContent, fileBytes } from "./content";

export interface FirstCommit {
  files: Record<string, FileContent>;
  message: string;
  author: { name: string; email: string };
  at: string;
}

/** Writes a commit without a parent and without starting git: most repositories of tests and of the demo begin, and stay, like this. */
export function writeFirstCommit(directory: string, branch: string, commit: FirstCommit): string {
  const tree = writeTree(directory, asFolder(commit.files));
  const seconds = Math.floor(Date.parse(commit.at) / 1000);
  const person = `${commit.author.name} <${commit.author.email}> ${seconds} +0000`;
  const sha = writeObject(
    directory,
    "commit",
    Buffer.from(`tree ${tree}\nauthor ${person}\ncommitter ${person}\n\n${commit.message}\n`),
  );
  const ref = join(directory, "refs", "heads", branch);
  mkdirSync(dirname(ref), { recursive: true });
  writeFileSync(`${ref}.lock`, `${sha}\n`);
  renameSync(`${ref}.lock`, ref);
  return sha;
}

type Folder = Map<string, Folder | Exclude<FileContent, null>>;

function asFolder(files: Record<string, FileContent>): Folder {
  const root: Folder = new Map();
  for (const [path, content] of Object.entries(files)) {
    if (content === null) continue;
    const names = path.split("/");
    const last = names.pop() ?? "";
    let folder = root;
    for (const name of names) folder = folderIn(folder, name, path);
    folder.set(checked(last, path), content);
  }
  return root;
}

function folderIn(folder: Folder, name: string, path: string): Folder {
  const known = folder.get(checked(name, path));
  if (known instanceof Map) return known;
  if (known !== undefined) throw new Error(`"${path}" lies below a file.`);
  const made: Folder = new Map();
  folder.set(name, made);
  return made;
}

function checked(name: string, path: string): string {
  if (/^(\.{0,2}|\.git)$/i.test(name)) throw new Error(`"${path}" is no path that git would take.`);
  return name;
}

function writeTree(directory: string, folder: Folder): string {
  const entries = [...folder].map(([name, content]) => {
    if (content instanceof Map) return { mode: "40000", name, id: writeTree(directory, content) };
    const { mode, bytes } = fileBytes(content);
    return { mode, name, id: writeObject(directory, "blob", bytes) };
  });
  // Git compares a folder's name as if it ended in a slash.
  const key = (entry: (typeof entries)[number]) =>
    Buffer.from(entry.mode === "40000" ? `${entry.name}/` : entry.name);
  entries.sort((one, other) => Buffer.compare(key(one), key(other)));
  const lines = entries.map(({ mode, name, id }) =>
    Buffer.concat([Buffer.from(`${mode} ${name}\0`), Buffer.from(id, "hex")]),
  );
  return writeObject(directory, "tree", Buffer.concat(lines));
}

function writeObject(directory: string, kind: string, content: Buffer): string {
  const whole = Buffer.concat([Buffer.from(`${kind} ${content.length}\0`), content]);
  const id = createHash("sha1").update(whole).digest("hex");
  const folder = join(directory, "objects", id.slice(0, 2));
  const file = join(folder, id.slice(2));
  // What is there already may be being read.
  if (existsSync(file)) return id;
  mkdirSync(folder, { recursive: true });
  writeFileSync(file, deflateSync(whole));
  return id;
}
