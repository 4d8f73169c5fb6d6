import { recordPush } from "@/e2e/forge/git/push";
import { readBranch } from "@/e2e/forge/git/refs";
import { git, gitText } from "@/e2e/forge/git/run";
import { directoryOf } from "@/e2e/forge/git/storage";
import { announcePullRequest, closePullRequest, keepHeadRef } from "@/e2e/forge/hooks/pull-requests";
import type { Host } from "@/e2e/forge/host";
import { timestamp } from "@/e2e/forge/state/clock";
import { requirePullRequest, requireRepository } from "@/e2e/forge/state/find";
import type { Account, PullRequest, Repository } from "@/e2e/forge/state/model";
import { actorFor } from "./actor";
import type { ForgeAdmin } from "./admin";

export function pullRequestsAdmin(host: Host): Pick<ForgeAdmin, "openPullRequest" | "closePullRequest"> {
  return {
    async openPullRequest(name, order) {
      const repository = requireRepository(host.store.state, name);
      const pull = await addPullRequest(host, repository, order);
      await announcePullRequest(host, repository, actorFor(host, repository), pull, "opened");
      return pull;
    },
    async closePullRequest(name, number, order = {}) {
      const repository = requireRepository(host.store.state, name);
      const pull = requirePullRequest(host.store.state, repository, number);
      if (pull.state === "closed") throw new Error(`Pull request ${number} is closed already.`);
      const actor = actorFor(host, repository);
      const mergeSha = order.merge ? await merge(host, repository, pull, actor) : null;
      await closePullRequest(host, repository, actor, pull, mergeSha);
      return pull;
    },
  };
}

async function addPullRequest(
  host: Host,
  repository: Repository,
  order: { head: string; base?: string; title?: string },
): Promise<PullRequest> {
  const base = order.base ?? repository.defaultBranch;
  const [headSha, baseSha] = await Promise.all(
    [order.head, base].map((name) => readBranch(host, repository, name)),
  );
  if (!headSha) throw new Error(`There is no branch "${order.head}" to open a pull request from.`);
  if (!baseSha) throw new Error(`There is no branch "${base}" to merge into.`);
  const now = timestamp();
  const pull: PullRequest = {
    id: host.store.id(),
    number: repository.nextNumber++,
    repositoryId: repository.id,
    title: order.title ?? order.head,
    head: order.head,
    base,
    headSha,
    baseSha,
    authorId: actorFor(host, repository).id,
    state: "open",
    merged: false,
    mergeSha: null,
    createdAt: now,
    updatedAt: now,
    closedAt: null,
  };
  host.store.state.pullRequests.push(pull);
  await keepHeadRef(host, repository, pull);
  host.store.save();
  return pull;
}

/** A merge commit on the base branch, pushed as any other. */
async function merge(host: Host, repository: Repository, pull: PullRequest, actor: Account): Promise<string> {
  const directory = directoryOf(host, repository);
  const base = await readBranch(host, repository, pull.base);
  if (!base) throw new Error(`The branch "${pull.base}" is gone.`);
  const tree = await gitText(directory, ["merge-tree", "--write-tree", base, pull.headSha]).catch(() => {
    throw new Error(`Pull request ${pull.number} cannot be merged: it conflicts with ${pull.base}.`);
  });
  const message = `Merge pull request #${pull.number} from ${pull.head}`;
  const identity = ["-c", `user.name=${actor.name}`, "-c", `user.email=${actor.email}`];
  const parents = ["-p", base, "-p", pull.headSha];
  const args = [...identity, "commit-tree", ...parents, "-m", message, tree.trim()];
  const sha = (await gitText(directory, args)).trim();
  await recordPush(host, repository, actor, () =>
    git(directory, ["update-ref", `refs/heads/${pull.base}`, sha, base]),
  );
  return sha;
}
