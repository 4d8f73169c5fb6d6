import { resolveCommit } from "@/e2e/forge/git/refs";
import { git, gitText } from "@/e2e/forge/git/run";
import { directoryOf } from "@/e2e/forge/git/storage";
import { json, type Reply } from "@/e2e/forge/http/reply";
import { fullName } from "@/e2e/forge/state/find";
import type { Repository } from "@/e2e/forge/state/model";
import { api, encodePath } from "./branches";
import { type Call, param } from "./call";
import { notFound, RestError } from "./errors";
import { repositoryOf } from "./repository-access";

interface Entry {
  mode: string;
  sha: string;
  size: number;
  path: string;
}

/** A file with its content, or a directory as a list. */
export async function getContents(call: Call): Promise<Reply> {
  const repository = repositoryOf(call);
  const ref = call.query.get("ref") ?? repository.defaultBranch;
  const sha = await resolveCommit(call.host, repository, ref);
  if (!sha)
    throw call.query.has("ref")
      ? new RestError(404, `No commit found for the ref ${ref}`)
      : emptyRepository();
  const path = param(call, "path").replace(/\/+$/, "");
  const own = path ? (await listTree(call, repository, sha, path))[0] : undefined;
  if (path && !own) throw notFound();
  if (own && own.mode !== "040000") return json(200, await fileView(call, repository, ref, own));
  const entries = await listTree(call, repository, sha, path ? `${path}/` : "");
  return json(
    200,
    entries.map((entry) => entryView(call, repository, ref, entry)),
  );
}

function emptyRepository(): RestError {
  return new RestError(404, "This repository is empty.");
}

async function listTree(call: Call, repository: Repository, sha: string, path: string): Promise<Entry[]> {
  const args = ["--literal-pathspecs", "ls-tree", "-z", "--long", sha, ...(path ? ["--", path] : [])];
  const output = await gitText(directoryOf(call.host, repository), args);
  return output
    .split("\0")
    .filter(Boolean)
    .map((line) => {
      const [head = "", name = ""] = line.split("\t");
      const [mode = "", , id = "", size = ""] = head.split(/\s+/);
      return { mode, sha: id, size: Number(size) || 0, path: name };
    });
}

function entryView(call: Call, repository: Repository, ref: string, entry: Entry) {
  const web = `${call.host.urls.web}/${fullName(call.host.store.state, repository)}`;
  const path = encodePath(entry.path);
  const isDirectory = entry.mode === "040000";
  const url = `${api(call, repository)}/contents/${path}?ref=${encodeURIComponent(ref)}`;
  const gitUrl = `${api(call, repository)}/git/${isDirectory ? "trees" : "blobs"}/${entry.sha}`;
  const html = `${web}/${isDirectory ? "tree" : "blob"}/${encodePath(ref)}/${path}`;
  return {
    type: isDirectory ? "dir" : "file",
    size: entry.size,
    name: entry.path.split("/").at(-1) ?? entry.path,
    path: entry.path,
    sha: entry.sha,
    url,
    git_url: gitUrl,
    html_url: html,
    download_url: isDirectory ? null : `${web}/raw/${encodePath(ref)}/${path}`,
    _links: { git: gitUrl, self: url, html },
  };
}

async function fileView(call: Call, repository: Repository, ref: string, entry: Entry) {
  const content = await git(directoryOf(call.host, repository), ["cat-file", "blob", entry.sha]);
  return {
    ...entryView(call, repository, ref, entry),
    encoding: "base64",
    content: content.toString("base64").replace(/(.{60})/g, "$1\n"),
  };
}
