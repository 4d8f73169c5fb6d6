import type { ForgeAdmin, NewRepository } from "@/e2e/forge/admin/admin";
import type { Files } from "@/e2e/forge/git/content";
import { readBranch } from "@/e2e/forge/git/refs";
import { commitFiles } from "@/e2e/forge/git/write";
import type { Host } from "@/e2e/forge/host";
import { timestamp } from "@/e2e/forge/state/clock";
import { requireRepository, requireUser } from "@/e2e/forge/state/find";

export interface SampleCommit {
  message: string;
  author: "octocat" | "mona";
  files: Files;
  /** The default branch when missing; a new branch starts where the default branch is. */
  branch?: string;
  hoursAgo: number;
}

export interface SampleRepository extends Pick<NewRepository, "owner" | "name" | "private" | "description"> {
  commits: SampleCommit[];
}

/** Creates a repository with a past. Nobody listens yet, so no push is announced. */
export async function history(host: Host, admin: ForgeAdmin, sample: SampleRepository): Promise<void> {
  const { commits, ...fields } = sample;
  await admin.createRepository({ ...fields, empty: true });
  const repository = requireRepository(host.store.state, `${sample.owner}/${sample.name}`);
  for (const commit of commits) {
    const { name, email } = requireUser(host.store.state, commit.author);
    const at = timestamp(Date.now() - commit.hoursAgo * 3_600_000);
    const branch = commit.branch ?? repository.defaultBranch;
    const parent = await readBranch(host, repository, branch);
    const start = parent ?? (await readBranch(host, repository, repository.defaultBranch));
    const options = { message: commit.message, author: { name, email }, at, parent: start };
    await commitFiles(host, repository, branch, commit.files, options);
    if (branch === repository.defaultBranch) repository.pushedAt = at;
    repository.createdAt = repository.createdAt < at ? repository.createdAt : at;
    repository.updatedAt = at;
  }
}
