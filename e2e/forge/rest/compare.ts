import { countCommits, readCommit, readCommits } from "@/e2e/forge/git/commits";
import { readDiff } from "@/e2e/forge/git/diff";
import { resolveCommit } from "@/e2e/forge/git/refs";
import { gitText } from "@/e2e/forge/git/run";
import { directoryOf } from "@/e2e/forge/git/storage";
import { json, type Reply } from "@/e2e/forge/http/reply";
import { commitView } from "@/e2e/forge/present/commit";
import { fileView } from "@/e2e/forge/present/file";
import { fullName } from "@/e2e/forge/state/find";
import type { Repository } from "@/e2e/forge/state/model";
import { api, requireCommits } from "./branches";
import { type Call, param } from "./call";
import { notFound } from "./errors";
import { linkHeader, pageWindow } from "./pages";
import { repositoryOf } from "./repository-access";

const FILES = 300;
/** "250 commits on the first page" unless pages are asked for. */
const COMMITS = 250;

export async function compareCommits(call: Call): Promise<Reply> {
  const repository = repositoryOf(call);
  await requireCommits(call, repository);
  const { host } = call;
  const { base, head } = await readRange(call, repository);
  const mergeBase = await findMergeBase(call, repository, base, head);
  const aheadBy = await countCommits(host, repository, [`${base}..${head}`]);
  const behindBy = await countCommits(host, repository, [`${head}..${base}`]);
  const { commits, headers } = await readPage(call, repository, base, head, aheadBy);
  const files = pageWindow(call).page === 1 ? await readDiff(host, repository, mergeBase, head) : [];
  const view = await Promise.all([base, mergeBase].map((sha) => requireCommit(call, repository, sha)));
  const name = fullName(host.store.state, repository);
  const html = `${host.urls.web}/${name}/compare/${param(call, "range")}`;
  return json(
    200,
    {
      url: `${api(call, repository)}/compare/${param(call, "range")}`,
      html_url: html,
      permalink_url: `${host.urls.web}/${name}/compare/${base.slice(0, 12)}...${head.slice(0, 12)}`,
      diff_url: `${html}.diff`,
      patch_url: `${html}.patch`,
      base_commit: view[0],
      merge_base_commit: view[1],
      status: statusOf(aheadBy, behindBy),
      ahead_by: aheadBy,
      behind_by: behindBy,
      total_commits: aheadBy,
      commits: commits.map((commit) => commitView(host, repository, commit)),
      files: files.slice(0, FILES).map((file) => fileView(host, repository, head, file)),
    },
    headers,
  );
}

async function readRange(call: Call, repository: Repository): Promise<{ base: string; head: string }> {
  const [from = "", to = ""] = param(call, "range").split("...");
  const [base, head] = await Promise.all(
    [from, to].map((name) => resolveCommit(call.host, repository, name)),
  );
  if (!base || !head) throw notFound();
  return { base, head };
}

async function findMergeBase(
  call: Call,
  repository: Repository,
  base: string,
  head: string,
): Promise<string> {
  const found = await gitText(directoryOf(call.host, repository), ["merge-base", base, head]).catch(() => "");
  if (!found) throw notFound();
  return found.trim();
}

/** Commits come oldest first, so the first page is the far end of git's own order. */
async function readPage(call: Call, repository: Repository, base: string, head: string, total: number) {
  const paged = call.query.has("page") || call.query.has("per_page");
  const { page, perPage } = paged ? pageWindow(call) : { page: 1, perPage: COMMITS };
  const start = (page - 1) * perPage;
  const count = Math.max(0, Math.min(perPage, total - start));
  const skip = Math.max(0, total - start - count);
  const commits = count
    ? await readCommits(call.host, repository, [`${base}..${head}`], { skip, count })
    : [];
  const headers = linkHeader(call, page, Math.max(1, Math.ceil(total / perPage)));
  return { commits: commits.reverse(), headers };
}

async function requireCommit(call: Call, repository: Repository, sha: string) {
  const commit = await readCommit(call.host, repository, sha);
  if (!commit) throw notFound();
  return commitView(call.host, repository, commit);
}

function statusOf(aheadBy: number, behindBy: number): string {
  if (aheadBy > 0 && behindBy > 0) return "diverged";
  if (aheadBy > 0) return "ahead";
  return behindBy > 0 ? "behind" : "identical";
}
