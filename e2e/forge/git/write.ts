import type { Host } from "@/e2e/forge/host";
import type { Repository } from "@/e2e/forge/state/model";
import { readBranch } from "./refs";
import { git, gitText } from "./run";
import { directoryOf } from "./storage";

/** A file to write: its text or bytes, a symbolic link, an executable; null removes it. */
export type FileContent =
  | string
  | Uint8Array
  | { base64: string }
  | { symlink: string }
  | { executable: string }
  | null;

export type Files = Record<string, FileContent>;

export interface CommitOptions {
  message?: string;
  author?: { name: string; email: string };
  /** ISO time; now when missing. */
  at?: string;
  /** The commit to build on, instead of the branch's head; null starts a history of its own. */
  parent?: string | null;
}

/** Adds one commit to a branch (made when missing) and answers with its id. */
export async function commitFiles(
  host: Host,
  repository: Repository,
  branch: string,
  files: Files,
  options: CommitOptions = {},
): Promise<string> {
  const directory = directoryOf(host, repository);
  const parent = options.parent === undefined ? await readBranch(host, repository, branch) : options.parent;
  const commit = commitCommand(`refs/internal/writing`, files, options, parent);
  await git(directory, ["fast-import", "--quiet", "--force"], Buffer.concat(commit));
  const sha = (await gitText(directory, ["rev-parse", "refs/internal/writing"])).trim();
  await git(
    directory,
    ["update-ref", "--stdin"],
    `update refs/heads/${branch} ${sha}\ndelete refs/internal/writing\n`,
  );
  return sha;
}

function commitCommand(ref: string, files: Files, options: CommitOptions, parent: string | null): Buffer[] {
  const author = options.author ?? { name: "The Octocat", email: "octocat@forge.example" };
  const seconds = Math.floor((options.at ? Date.parse(options.at) : Date.now()) / 1000);
  const person = `${clean(author.name)} <${clean(author.email)}> ${seconds} +0000`;
  const head = `commit ${ref}\nauthor ${person}\ncommitter ${person}\n`;
  const start = parent ? [Buffer.from(`from ${parent}\n`)] : [];
  return [
    ...(parent ? [] : [Buffer.from(`reset ${ref}\n`)]),
    Buffer.from(head),
    data(Buffer.from(`${options.message ?? `Change ${Object.keys(files).join(", ")}`}\n`)),
    ...start,
    ...Object.entries(files).flatMap(([path, content]) => fileCommand(path, content)),
  ];
}

function fileCommand(path: string, content: FileContent): Buffer[] {
  const quoted = quote(path);
  if (content === null) return [Buffer.from(`D ${quoted}\n`)];
  const { mode, bytes } = fileBytes(content);
  return [Buffer.from(`M ${mode} inline ${quoted}\n`), data(bytes)];
}

function fileBytes(content: Exclude<FileContent, null>): { mode: string; bytes: Buffer } {
  if (typeof content === "string") return { mode: "100644", bytes: Buffer.from(content) };
  if (content instanceof Uint8Array) return { mode: "100644", bytes: Buffer.from(content) };
  if ("base64" in content) return { mode: "100644", bytes: Buffer.from(content.base64, "base64") };
  if ("symlink" in content) return { mode: "120000", bytes: Buffer.from(content.symlink) };
  return { mode: "100755", bytes: Buffer.from(content.executable) };
}

function data(bytes: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`data ${bytes.length}\n`), bytes, Buffer.from("\n")]);
}

function quote(path: string): string {
  const escaped = path.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
  return `"${escaped}"`;
}

function clean(value: string): string {
  return value.replace(/[<>\n]/g, "").trim();
}
