import { countCommits, readCommit, readCommits } from "@/e2e/forge/git/commits";
import { EMPTY_TREE, readDiff } from "@/e2e/forge/git/diff";
import { resolveCommit } from "@/e2e/forge/git/refs";
import { json, type Reply, text } from "@/e2e/forge/http/reply";
import { commitView } from "@/e2e/forge/present/commit";
import { fileView } from "@/e2e/forge/present/file";
import { requireCommits } from "./branches";
import { type Call, param } from "./call";
import { notFound, RestError } from "./errors";
import { linkHeader, pageWindow } from "./pages";
import { repositoryOf } from "./repository-access";

/** "If there are more than 300 files in the commit diff", the rest is on further pages. */
const FILES = 300;

export async function listCommits(call: Call): Promise<Reply> {
  const repository = repositoryOf(call);
  await requireCommits(call, repository);
  const { host } = call;
  const sha = await resolveCommit(host, repository, call.query.get("sha") || repository.defaultBranch);
  if (!sha) throw notFound();
  const { page, perPage } = pageWindow(call);
  const path = call.query.get("path");
  const limits = { skip: (page - 1) * perPage, count: perPage, ...(path ? { path } : {}) };
  const commits = await readCommits(host, repository, [sha], limits);
  const total = await countCommits(host, repository, [sha]);
  const views = commits.map((commit) => commitView(host, repository, commit));
  return json(200, views, path ? {} : linkHeader(call, page, Math.max(1, Math.ceil(total / perPage))));
}

export async function getCommit(call: Call): Promise<Reply> {
  const repository = repositoryOf(call);
  await requireCommits(call, repository);
  const { host } = call;
  const asked = param(call, "ref");
  const sha = await resolveCommit(host, repository, asked);
  const commit = sha && (await readCommit(host, repository, sha));
  if (!commit) throw new RestError(422, `No commit found for SHA: ${asked}`);
  // The media type for "only the commit id" is what pollers ask for.
  if (call.exchange.header("accept")?.includes(".sha")) return text(200, commit.sha, SHA_TYPE);
  const files = await readDiff(host, repository, commit.parents[0] ?? EMPTY_TREE, commit.sha);
  const additions = files.reduce((sum, file) => sum + file.additions, 0);
  const deletions = files.reduce((sum, file) => sum + file.deletions, 0);
  return json(200, {
    ...commitView(host, repository, commit),
    stats: { total: additions + deletions, additions, deletions },
    files: files.slice(0, FILES).map((file) => fileView(host, repository, commit.sha, file)),
  });
}

const SHA_TYPE = { "content-type": "application/vnd.github.v3.sha; charset=utf-8" };
