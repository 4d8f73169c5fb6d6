import type { Host } from "@/e2e/forge/host";
import type { Repository } from "@/e2e/forge/state/model";
import { type FileContent, type Files, fileBytes } from "./content";
import { type FirstCommit, writeFirstCommit } from "./loose";
import { readBranch } from "./refs";
import { gitText } from "./run";
import { directoryOf } from "./storage";

export interface CommitOptions {
  message?: string;
  author?: { name: string; email: string };
  /** ISO time; now when missing. */
  at?: string;
  /** The commit to build on, instead of the branch's head; null starts a history of its own. */
  parent?: string | null;
}

const NOBODY_ELSE = { name: "The Octocat", email: "octocat@forge.example" };
/** More files than this git packs much faster than they are written one by one. */
const FEW_FILES = 100;

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
  const at = options.at ?? new Date().toISOString();
  const { name, email } = options.author ?? NOBODY_ELSE;
  const author = { name: clean(name), email: clean(email) };
  const message = options.message ?? `Change ${Object.keys(files).join(", ")}`;
  if (parent === null && Object.keys(files).length <= FEW_FILES) {
    return writeFirstCommit(directory, branch, { files, message, author, at });
  }
  const commands = commitCommands(`refs/heads/${branch}`, { files, message, author, at }, parent);
  return (await gitText(directory, ["fast-import", "--quiet", "--force"], Buffer.concat(commands))).trim();
}

/** What fast-import is told; it answers with the id of the commit. */
function commitCommands(ref: string, commit: FirstCommit, parent: string | null): Buffer[] {
  const { name, email } = commit.author;
  const person = `${name} <${email}> ${Math.floor(Date.parse(commit.at) / 1000)} +0000`;
  const head = `commit ${ref}\nmark :1\nauthor ${person}\ncommitter ${person}\n`;
  return [
    // Without it the branch that is there would be gone on with.
    ...(parent ? [] : [Buffer.from(`reset ${ref}\n`)]),
    Buffer.from(head),
    data(Buffer.from(`${commit.message}\n`)),
    ...(parent ? [Buffer.from(`from ${parent}\n`)] : []),
    ...Object.entries(commit.files).flatMap(([path, content]) => fileCommand(path, content)),
    Buffer.from("get-mark :1\n"),
  ];
}

function fileCommand(path: string, content: FileContent): Buffer[] {
  const quoted = quote(path);
  if (content === null) return [Buffer.from(`D ${quoted}\n`)];
  const { mode, bytes } = fileBytes(content);
  return [Buffer.from(`M ${mode} inline ${quoted}\n`), data(bytes)];
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
