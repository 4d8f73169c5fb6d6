import { resolveCommit } from "@/e2e/forge/git/refs";
import { sendToHooks } from "@/e2e/forge/hooks/parcels";
import { json, type Reply } from "@/e2e/forge/http/reply";
import { avatarUrl, simpleUser } from "@/e2e/forge/present/account";
import { nodeId } from "@/e2e/forge/present/node-id";
import { repositoryView } from "@/e2e/forge/present/repository";
import { timestamp } from "@/e2e/forge/state/clock";
import { accountById, fullName } from "@/e2e/forge/state/find";
import type { CommitStatus, Repository } from "@/e2e/forge/state/model";
import { api } from "./branches";
import { type Call, param, readBody, requireUser } from "./call";
import { notFound, validationFailed } from "./errors";
import { oneOf, optionalText, requiredText } from "./input";
import { paginate } from "./pages";
import { repositoryFor, repositoryOf } from "./repository-access";

const SCOPES = ["repo", "repo:status"];

export async function createStatus(call: Call): Promise<Reply> {
  const repository = repositoryFor(call, "write", SCOPES, "statuses");
  const body = await readBody(call);
  const sha = await resolveCommit(call.host, repository, param(call, "sha"));
  if (!sha || sha !== param(call, "sha")) {
    throw validationFailed({
      resource: "Status",
      code: "custom",
      message: `No commit found for SHA: ${param(call, "sha")}`,
    });
  }
  const status: CommitStatus = {
    id: call.host.store.id(),
    repositoryId: repository.id,
    sha,
    state: oneOf(requiredText(body, "state"), "state", ["error", "failure", "pending", "success"]),
    targetUrl: optionalText(body, "target_url"),
    description: optionalText(body, "description"),
    context: optionalText(body, "context") ?? "default",
    creatorId: requireUser(call).id,
    createdAt: timestamp(),
  };
  call.host.store.state.statuses.push(status);
  call.host.store.save();
  announce(call, repository, status);
  return json(201, statusView(call, repository, status));
}

export async function listStatuses(call: Call): Promise<Reply> {
  const { repository, statuses } = await statusesOf(call);
  const page = paginate(call, statuses);
  return json(
    200,
    page.items.map((status) => statusView(call, repository, status)),
    page.headers,
  );
}

/** The newest status of each context, and what they come to together. */
export async function getCombinedStatus(call: Call): Promise<Reply> {
  const { repository, statuses, sha } = await statusesOf(call);
  const newest = new Map<string, CommitStatus>();
  for (const status of statuses) if (!newest.has(status.context)) newest.set(status.context, status);
  const all = [...newest.values()];
  const page = paginate(call, all);
  const { permissions: _, ...view } = repositoryView(call.host.urls, call.host.store.state, repository, null);
  return json(
    200,
    {
      state: combine(all),
      statuses: page.items.map((status) => simpleStatusView(call, repository, status)),
      sha,
      total_count: all.length,
      repository: view,
      commit_url: `${api(call, repository)}/commits/${sha}`,
      url: `${api(call, repository)}/commits/${sha}/status`,
    },
    page.headers,
  );
}

async function statusesOf(call: Call) {
  const repository = repositoryOf(call, SCOPES);
  const sha = await resolveCommit(call.host, repository, param(call, "ref"));
  if (!sha) throw notFound();
  const all = call.host.store.state.statuses.filter(
    (one) => one.repositoryId === repository.id && one.sha === sha,
  );
  return { repository, sha, statuses: all.reverse() };
}

function combine(statuses: CommitStatus[]): string {
  if (statuses.some((one) => one.state === "error" || one.state === "failure")) return "failure";
  if (statuses.length === 0 || statuses.some((one) => one.state === "pending")) return "pending";
  return "success";
}

function simpleStatusView(call: Call, repository: Repository, status: CommitStatus) {
  return {
    url: `${api(call, repository)}/statuses/${status.sha}`,
    avatar_url: avatarUrl(call.host.urls, accountById(call.host.store.state, status.creatorId)),
    id: status.id,
    node_id: nodeId("StatusContext", status.id),
    state: status.state,
    description: status.description,
    target_url: status.targetUrl,
    context: status.context,
    created_at: status.createdAt,
    updated_at: status.createdAt,
  };
}

function statusView(call: Call, repository: Repository, status: CommitStatus) {
  const creator = accountById(call.host.store.state, status.creatorId);
  return { ...simpleStatusView(call, repository, status), creator: simpleUser(call.host.urls, creator) };
}

function announce(call: Call, repository: Repository, status: CommitStatus): void {
  const { state } = call.host.store;
  const { permissions: _, ...view } = repositoryView(call.host.urls, state, repository, null);
  sendToHooks(call.host, repository, "status", {
    id: status.id,
    sha: status.sha,
    name: fullName(state, repository),
    target_url: status.targetUrl,
    context: status.context,
    description: status.description,
    state: status.state,
    created_at: status.createdAt,
    updated_at: status.createdAt,
    repository: view,
    sender: simpleUser(call.host.urls, accountById(state, status.creatorId)),
  });
}
