import { recordPush } from "@/e2e/forge/git/push";
import { readBranch, resolveCommit } from "@/e2e/forge/git/refs";
import { git } from "@/e2e/forge/git/run";
import { directoryOf } from "@/e2e/forge/git/storage";
import { commitFiles } from "@/e2e/forge/git/write";
import type { Host } from "@/e2e/forge/host";
import { fullName, requireRepository } from "@/e2e/forge/state/find";
import type { Repository } from "@/e2e/forge/state/model";
import { actorFor } from "./actor";
import type { ForgeAdmin } from "./admin";

type Pushes = Pick<
  ForgeAdmin,
  "commitFiles" | "createBranch" | "deleteBranch" | "forcePush" | "createTag" | "headOf"
>;

/** Pushes without a client; what hooks hear is the same as after a push over HTTP. */
export function pushesAdmin(host: Host): Pushes {
  const find = (name: string) => requireRepository(host.store.state, name);
  const setRef = (repository: Repository, args: string[]) =>
    recordPush(host, repository, actorFor(host, repository), () =>
      git(directoryOf(host, repository), ["update-ref", ...args]),
    );
  return {
    async commitFiles(name, branch, files, order = {}) {
      const repository = find(name);
      const pusher = actorFor(host, repository, order.pusher);
      const author = order.author ?? { name: pusher.name, email: pusher.email };
      return recordPush(host, repository, pusher, () =>
        commitFiles(host, repository, branch, files, { ...order, author }),
      );
    },
    async createBranch(name, branch, from) {
      const repository = find(name);
      const sha = await requireCommit(host, repository, from ?? repository.defaultBranch);
      await setRef(repository, [`refs/heads/${branch}`, sha, "0".repeat(40)]);
      return sha;
    },
    async deleteBranch(name, branch) {
      const repository = find(name);
      if (!(await readBranch(host, repository, branch)))
        throw new Error(`${name} has no branch "${branch}".`);
      await setRef(repository, ["-d", `refs/heads/${branch}`]);
    },
    async forcePush(name, branch, to) {
      const repository = find(name);
      const sha = await requireCommit(host, repository, to);
      await setRef(repository, [`refs/heads/${branch}`, sha]);
      return sha;
    },
    async createTag(name, tag, at) {
      const repository = find(name);
      const sha = await requireCommit(host, repository, at ?? repository.defaultBranch);
      await setRef(repository, [`refs/tags/${tag}`, sha]);
      return sha;
    },
    async headOf(name, branch) {
      const repository = find(name);
      return readBranch(host, repository, branch ?? repository.defaultBranch);
    },
  };
}

async function requireCommit(host: Host, repository: Repository, name: string): Promise<string> {
  const sha = await resolveCommit(host, repository, name);
  if (!sha)
    throw new Error(`${fullName(host.store.state, repository)} has no commit, branch or tag "${name}".`);
  return sha;
}
