import { readChanges } from "@/e2e/forge/git/commits";
import type { RefChange } from "@/e2e/forge/git/push";
import { type Refs, ZERO } from "@/e2e/forge/git/refs";
import type { Host } from "@/e2e/forge/host";
import type { Account, PlainHook, Repository } from "@/e2e/forge/state/model";
import { bitbucketPush } from "./bitbucket-payload";
import { giteaNamed, giteaPush } from "./gitea-payload";
import { gitlabPush } from "./gitlab-payload";
import { plainHeaders } from "./sign";

/** Tells the hooks at the plain hosts what a push moved: GitLab and Gitea ref by ref, Bitbucket in one call. */
export async function announceToPlainHosts(
  host: Host,
  repository: Repository,
  pusher: Account,
  changes: readonly RefChange[],
  refsBefore: Refs,
): Promise<void> {
  const hooks = host.store.state.plainHooks.filter((one) => one.repositoryId === repository.id && one.active);
  if (hooks.length === 0) return;
  for (const change of changes) {
    const commits = await newCommits(host, repository, change, refsBefore);
    for (const hook of hooks.filter(({ kind }) => kind === "gitlab")) {
      const isTag = change.ref.startsWith("refs/tags/");
      if (!hook.events.includes(isTag ? "tag_push" : "push")) continue;
      const payload = gitlabPush(host, repository, pusher, change, commits);
      send(host, hook, isTag ? "Tag Push Hook" : "Push Hook", payload);
    }
    for (const hook of hooks.filter(({ kind }) => kind === "gitea")) {
      sendGitea(host, repository, pusher, change, hook, giteaPush(host, repository, pusher, change, commits));
    }
  }
  const last = changes.at(-1);
  const commits = last ? await newCommits(host, repository, last, refsBefore) : [];
  for (const hook of hooks.filter(({ kind }) => kind === "bitbucket")) {
    send(host, hook, "repo:refs_changed", bitbucketPush(host, repository, pusher, changes, commits));
  }
}

/** A new ref is told twice, a branch that went only once: as Gitea does it. */
function sendGitea(
  host: Host,
  repository: Repository,
  pusher: Account,
  change: RefChange,
  hook: PlainHook,
  push: unknown,
): void {
  const [isNew, isGone] = [change.before === ZERO, change.after === ZERO];
  const wants = (event: string) => hook.events.includes(event);
  if (isNew && wants("create")) {
    send(host, hook, "create", giteaNamed(host, repository, pusher, change, false));
  }
  if (isGone && wants("delete")) {
    send(host, hook, "delete", giteaNamed(host, repository, pusher, change, true));
  }
  if (!isGone && wants("push")) send(host, hook, "push", push);
}

async function newCommits(host: Host, repository: Repository, change: RefChange, refsBefore: Refs) {
  if (change.after === ZERO || change.ref.startsWith("refs/tags/")) return [];
  const excluded = change.before === ZERO ? [...refsBefore.values()] : [change.before];
  return await readChanges(host, repository, [change.after, ...excluded.map((sha) => `^${sha}`)], 2048);
}

/** One call to one hook at a plain host; `again` with the id of an earlier one, as a person may order there. */
export function send(
  host: Host,
  hook: PlainHook,
  event: string,
  payload: unknown,
  again?: { guid: string },
): void {
  const parcel = {
    hookId: hook.id,
    repositoryId: hook.repositoryId,
    url: hook.url,
    contentType: "json" as const,
    secret: hook.secret,
    insecureSsl: false,
    event,
    action: null,
    payload,
    targetType: "repository" as const,
    targetId: hook.repositoryId,
    headers: (body: Buffer, guid: string) => plainHeaders(hook, event, body, guid),
  };
  host.deliveries.send(parcel, again);
}
