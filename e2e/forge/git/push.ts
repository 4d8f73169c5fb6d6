import { announcePush } from "@/e2e/forge/hooks/announce";
import type { Host } from "@/e2e/forge/host";
import { timestamp } from "@/e2e/forge/state/clock";
import type { Account, Repository } from "@/e2e/forge/state/model";
import { type Refs, readRefs, ZERO } from "./refs";

export interface RefChange {
  ref: string;
  before: string;
  after: string;
}

/**
 * Runs something that may move refs, then tells the hooks what moved: found by comparing, so that a push
 * over HTTP and a commit through the admin are the same thing.
 */
export function recordPush<T>(
  host: Host,
  repository: Repository,
  pusher: Account,
  work: () => Promise<T>,
): Promise<T> {
  return host.pushes.run(repository.id, async () => {
    const before = await readRefs(host, repository);
    try {
      return await work();
    } finally {
      await settle(host, repository, pusher, before);
    }
  });
}

async function settle(host: Host, repository: Repository, pusher: Account, before: Refs): Promise<void> {
  const changes = compareRefs(before, await readRefs(host, repository));
  if (changes.length === 0) return;
  repository.pushedAt = timestamp();
  host.store.save();
  await announcePush(host, repository, pusher, changes, before);
}

function compareRefs(before: Refs, after: Refs): RefChange[] {
  const names = new Set([...before.keys(), ...after.keys()]);
  return [...names]
    .map((ref) => ({ ref, before: before.get(ref) ?? ZERO, after: after.get(ref) ?? ZERO }))
    .filter((change) => change.before !== change.after);
}
