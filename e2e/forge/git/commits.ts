import type { Host } from "@/e2e/forge/host";
import type { Repository } from "@/e2e/forge/state/model";
import { gitText } from "./run";
import { directoryOf } from "./storage";

export interface Person {
  name: string;
  email: string;
  /** ISO, with the author's own offset. */
  date: string;
}

export interface Commit {
  sha: string;
  tree: string;
  parents: string[];
  author: Person;
  committer: Person;
  message: string;
}

export interface ChangedCommit extends Commit {
  added: string[];
  removed: string[];
  modified: string[];
}

const FORMAT = "%x01%H%x02%T%x02%P%x02%an%x02%ae%x02%aI%x02%cn%x02%ce%x02%cI%x02%B%x03";

/** Commits of a range, newest first. The range is git's own arguments, made by us from object ids. */
export async function readCommits(
  host: Host,
  repository: Repository,
  range: string[],
  limits: { skip?: number; count?: number; path?: string } = {},
): Promise<Commit[]> {
  const args = [
    "log",
    `--format=${FORMAT}`,
    `--skip=${limits.skip ?? 0}`,
    `--max-count=${limits.count ?? 30}`,
  ];
  const output = await gitText(directoryOf(host, repository), [
    ...args,
    ...range,
    "--",
    ...(limits.path ? [`:(literal)${limits.path}`] : []),
  ]);
  return records(output).map((record) => record.commit);
}

export async function readCommit(host: Host, repository: Repository, sha: string): Promise<Commit | null> {
  const [commit] = await readCommits(host, repository, [sha], { count: 1 }).catch(() => []);
  return commit ?? null;
}

/** Commits with the paths each of them touched, oldest first, as a push event lists them. */
export async function readChanges(
  host: Host,
  repository: Repository,
  range: string[],
  count: number,
): Promise<ChangedCommit[]> {
  const options = ["-z", "--name-status", "--no-renames", "--root", "--diff-merges=first-parent"];
  const args = ["log", ...options, `--format=${FORMAT}`, `--max-count=${count}`, ...range, "--"];
  const output = await gitText(directoryOf(host, repository), args);
  return records(output)
    .map(({ commit, rest }) => ({ ...commit, ...changes(rest) }))
    .reverse();
}

export async function countCommits(host: Host, repository: Repository, range: string[]): Promise<number> {
  return Number(await gitText(directoryOf(host, repository), ["rev-list", "--count", ...range, "--"]));
}

function records(output: string): { commit: Commit; rest: string }[] {
  return output
    .split("\x01")
    .slice(1)
    .map((record) => {
      const end = record.indexOf("\x03");
      return { commit: parse(record.slice(0, end)), rest: record.slice(end + 1) };
    });
}

function parse(record: string): Commit {
  const [
    sha = "",
    tree = "",
    parents = "",
    an = "",
    ae = "",
    ad = "",
    cn = "",
    ce = "",
    cd = "",
    ...message
  ] = record.split("\x02");
  return {
    sha,
    tree,
    parents: parents ? parents.split(" ") : [],
    author: { name: an, email: ae, date: ad },
    committer: { name: cn, email: ce, date: cd },
    message: message.join("\x02").replace(/\n+$/, ""),
  };
}

function changes(rest: string): Pick<ChangedCommit, "added" | "removed" | "modified"> {
  const result = { added: [] as string[], removed: [] as string[], modified: [] as string[] };
  const parts = rest
    .split("\0")
    .map((part) => part.replace(/^\n/, ""))
    .filter(Boolean);
  for (let at = 0; at + 1 < parts.length; at += 2) {
    const path = parts[at + 1] ?? "";
    if (parts[at] === "A") result.added.push(path);
    else if (parts[at] === "D") result.removed.push(path);
    else result.modified.push(path);
  }
  return result;
}
