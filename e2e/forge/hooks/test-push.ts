import { readCommit } from "@/e2e/forge/git/commits";
import { readBranch, ZERO } from "@/e2e/forge/git/refs";
import type { Host } from "@/e2e/forge/host";
import type { Account, Hook, Repository } from "@/e2e/forge/state/model";
import { parcelForHook } from "./parcels";
import { pushPayload } from "./push-payload";

/** Delivers the default branch's last commit once more, as a test of one hook. */
export async function sendTestPush(
  host: Host,
  repository: Repository,
  hook: Hook,
  sender: Account,
): Promise<void> {
  if (!hook.events.includes("push") && !hook.events.includes("*")) return;
  const after = await readBranch(host, repository, repository.defaultBranch);
  const commit = after && (await readCommit(host, repository, after));
  if (!commit) return;
  const change = {
    ref: `refs/heads/${repository.defaultBranch}`,
    before: commit.parents[0] ?? ZERO,
    after: commit.sha,
  };
  const payload = await pushPayload(host, repository, sender, change, new Map());
  host.deliveries.send(parcelForHook(hook, "push", null, payload));
}
