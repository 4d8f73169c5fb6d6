import type { Host } from "@/e2e/forge/host";
import type { Repository } from "@/e2e/forge/state/model";
import { readRefFiles } from "./ref-files";
import { gitText } from "./run";
import { directoryOf } from "./storage";

export const ZERO = "0".repeat(40);

/** Full ref name to object id, in the order of the names. */
export type Refs = Map<string, string>;

/** Branches and tags, unless others are asked for. */
export function readRefs(
  host: Host,
  repository: Repository,
  kinds: readonly string[] = ["refs/heads", "refs/tags"],
): Promise<Refs> {
  return readRefFiles(directoryOf(host, repository), kinds);
}

export async function readBranches(
  host: Host,
  repository: Repository,
): Promise<{ name: string; sha: string }[]> {
  const refs = await readRefs(host, repository, ["refs/heads"]);
  return [...refs].map(([ref, sha]) => ({ name: ref.slice("refs/heads/".length), sha }));
}

export async function readBranch(host: Host, repository: Repository, branch: string): Promise<string | null> {
  return (await readRefs(host, repository, ["refs/heads"])).get(`refs/heads/${branch}`) ?? null;
}

/** The commit that a branch, a tag, a full ref or an id names; null when there is none. */
export async function resolveCommit(
  host: Host,
  repository: Repository,
  name: string,
): Promise<string | null> {
  if (name.startsWith("-")) return null;
  const directory = directoryOf(host, repository);
  const candidates = /^[0-9a-f]{4,40}$/.test(name)
    ? [name, `refs/heads/${name}`, `refs/tags/${name}`]
    : [
        `refs/heads/${name}`,
        `refs/tags/${name}`,
        ...(/^(refs|heads|tags)\/|^HEAD$/.test(name) ? [name] : []),
      ];
  const branches = await readRefs(host, repository, ["refs/heads"]);
  for (const candidate of candidates) {
    const head = branches.get(candidate);
    if (head) return head;
    const args = ["rev-parse", "--verify", "--quiet", "--end-of-options", `${candidate}^{commit}`];
    const found = await gitText(directory, args).catch(() => "");
    if (found) return found.trim();
  }
  return null;
}
