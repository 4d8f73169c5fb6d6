import type { RefChange } from "@/e2e/forge/git/push";
import { type Refs, ZERO } from "@/e2e/forge/git/refs";
import type { Host } from "@/e2e/forge/host";
import { announceToPlainHosts } from "@/e2e/forge/plain/announce";
import type { Account, Repository } from "@/e2e/forge/state/model";
import { eventContext } from "./common";
import { sendToHooks } from "./parcels";
import { synchronizePullRequests } from "./pull-requests";
import { pushPayload } from "./push-payload";

/** GitHub sends no event for tags when more than three are pushed at once. */
const TAGS_AT_ONCE = 3;

/** Sends create, push and delete events for what a push moved, and synchronize for its pull requests. */
export async function announcePush(
  host: Host,
  repository: Repository,
  pusher: Account,
  changes: RefChange[],
  refsBefore: Refs,
): Promise<void> {
  const tags = changes.filter((change) => change.ref.startsWith("refs/tags/"));
  for (const change of changes) {
    if (tags.length > TAGS_AT_ONCE && tags.includes(change)) continue;
    await announceChange(host, repository, pusher, change, refsBefore);
  }
  await announceToPlainHosts(host, repository, pusher, changes, refsBefore);
  await synchronizePullRequests(host, repository, pusher, changes);
}

async function announceChange(
  host: Host,
  repository: Repository,
  pusher: Account,
  change: RefChange,
  refsBefore: Refs,
): Promise<void> {
  const created = change.before === ZERO;
  const deleted = change.after === ZERO;
  if (created) sendToHooks(host, repository, "create", createPayload(host, repository, pusher, change));
  if (deleted) sendToHooks(host, repository, "delete", deletePayload(host, repository, pusher, change));
  sendToHooks(host, repository, "push", await pushPayload(host, repository, pusher, change, refsBefore));
}

function createPayload(host: Host, repository: Repository, sender: Account, change: RefChange) {
  return {
    ...shortRef(change.ref),
    master_branch: repository.defaultBranch,
    description: repository.description || null,
    pusher_type: "user",
    ...eventContext(host, repository, sender),
  };
}

function deletePayload(host: Host, repository: Repository, sender: Account, change: RefChange) {
  return { ...shortRef(change.ref), pusher_type: "user", ...eventContext(host, repository, sender) };
}

function shortRef(ref: string): { ref: string; ref_type: "branch" | "tag" } {
  const isTag = ref.startsWith("refs/tags/");
  return {
    ref: ref.slice(isTag ? "refs/tags/".length : "refs/heads/".length),
    ref_type: isTag ? "tag" : "branch",
  };
}
