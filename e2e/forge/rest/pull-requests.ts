import { readDiff } from "@/e2e/forge/git/diff";
import { gitText } from "@/e2e/forge/git/run";
import { directoryOf } from "@/e2e/forge/git/storage";
import { pullRequestSize } from "@/e2e/forge/hooks/pull-requests";
import { json, type Reply } from "@/e2e/forge/http/reply";
import { fileView } from "@/e2e/forge/present/file";
import { fullPullRequestView, pullRequestView } from "@/e2e/forge/present/pull-request";
import type { PullRequest, Repository } from "@/e2e/forge/state/model";
import { type Call, numberParam } from "./call";
import { notFound } from "./errors";
import { paginate } from "./pages";
import { repositoryOf } from "./repository-access";

export function listPullRequests(call: Call): Reply {
  const repository = repositoryOf(call);
  const state = call.query.get("state") ?? "open";
  const head = call.query.get("head")?.split(":").at(-1);
  const base = call.query.get("base");
  const found = call.host.store.state.pullRequests.filter(
    (one) =>
      one.repositoryId === repository.id &&
      (state === "all" || one.state === state) &&
      (!head || one.head === head) &&
      (!base || one.base === base),
  );
  const page = paginate(call, found.reverse());
  return json(
    200,
    page.items.map((one) => pullRequestView(call.host, repository, one)),
    page.headers,
  );
}

export async function getPullRequest(call: Call): Promise<Reply> {
  const repository = repositoryOf(call);
  const pull = pullOf(call, repository);
  const size = await pullRequestSize(call.host, repository, pull);
  return json(200, fullPullRequestView(call.host, repository, pull, size));
}

export async function listPullRequestFiles(call: Call): Promise<Reply> {
  const repository = repositoryOf(call);
  const pull = pullOf(call, repository);
  const directory = directoryOf(call.host, repository);
  const base = (await gitText(directory, ["merge-base", pull.baseSha, pull.headSha])).trim();
  const page = paginate(call, await readDiff(call.host, repository, base, pull.headSha));
  return json(
    200,
    page.items.map((file) => fileView(call.host, repository, pull.headSha, file)),
    page.headers,
  );
}

function pullOf(call: Call, repository: Repository): PullRequest {
  const number = numberParam(call, "number");
  const found = call.host.store.state.pullRequests.find(
    (one) => one.repositoryId === repository.id && one.number === number,
  );
  if (!found) throw notFound();
  return found;
}
