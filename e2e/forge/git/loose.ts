import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { deflateSync } from "node:zlib";

/** Writes a first commit without starting git: the many small repositories of the demo are made this way. */
export function writeFirstCommit(directory: string, branch: string, commit: FirstCommit): string {
  const tree = writeTree(directory, commit.files);
  const seconds = Math.floor(Date.parse(commit.at) / 1000);
  const person = `${commit.author.name} <${commit.author.email}> ${seconds} +0000`;
  const sha = writeObject(
    directory,
    "commit",
    Buffer.from(`tree ${tree}\nauthor ${person}\ncommitter ${person}\n\n${commit.message}\n`),
  );
  const ref = join(directory, "refs", "heads", branch);
  mkdirSync(dirname(ref), { recursive: true });
  writeFileSync(ref, `${sha}\n`);
  return sha;
}

export interface FirstCommit {
  /** Top-level files only. */
  files: Record<string, string>;
  message: string;
  author: { name: string; email: string };
  at: string;
}

function writeTree(directory: string, files: Record<string, string>): string {
  const entries = Object.keys(files)
    .sort()
    .map((name) => {
      const blob = writeObject(directory, "blob", Buffer.from(files[name] ?? ""));
      return Buffer.concat([Buffer.from(`100644 ${name}\0`), Buffer.from(blob, "hex")]);
    });
  return writeObject(directory, "tree", Buffer.concat(entries));
}

function writeObject(directory: string, kind: string, content: Buffer): string {
  const whole = Buffer.concat([Buffer.from(`${kind} ${content.length}\0`), content]);
  const id = createHash("sha1").update(whole).digest("hex");
  const folder = join(directory, "objects", id.slice(0, 2));
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, id.slice(2)), deflateSync(whole));
  return id;
}
