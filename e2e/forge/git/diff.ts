import type { Host } from "@/e2e/forge/host";
import type { Repository } from "@/e2e/forge/state/model";
import { gitText } from "./run";
import { directoryOf } from "./storage";

export interface ChangedFile {
  path: string;
  previousPath: string | null;
  status: "added" | "removed" | "modified" | "renamed";
  additions: number;
  deletions: number;
  blob: string;
}

/** The empty tree, which every repository knows. */
export const EMPTY_TREE = "4b825dc642cb6eb9a060e54bf8d69288fbee4904";

/** The files that differ between two commits or trees, with renames found. */
export async function readDiff(
  host: Host,
  repository: Repository,
  from: string,
  to: string,
): Promise<ChangedFile[]> {
  const directory = directoryOf(host, repository);
  const options = ["diff", "-z", "--no-ext-diff", "--find-renames"];
  const raw = await gitText(directory, [...options, "--raw", "--no-abbrev", from, to, "--"]);
  const counts = parseCounts(await gitText(directory, [...options, "--numstat", from, to, "--"]));
  return parseRaw(raw).map((file) => ({
    ...file,
    ...(counts.get(file.path) ?? { additions: 0, deletions: 0 }),
  }));
}

const STATUS: Record<string, ChangedFile["status"]> = { A: "added", D: "removed", R: "renamed" };

function parseRaw(raw: string): Omit<ChangedFile, "additions" | "deletions">[] {
  const parts = raw.split("\0");
  const files: Omit<ChangedFile, "additions" | "deletions">[] = [];
  for (let at = 0; at < parts.length && parts[at]; ) {
    const [, , before = "", after = "", kind = ""] = (parts[at] ?? "").split(" ");
    const isRename = kind.startsWith("R");
    const status = STATUS[kind[0] ?? ""] ?? "modified";
    files.push({
      path: parts[at + (isRename ? 2 : 1)] ?? "",
      previousPath: isRename ? (parts[at + 1] ?? "") : null,
      status,
      blob: status === "removed" ? before : after,
    });
    at += isRename ? 3 : 2;
  }
  return files;
}

function parseCounts(output: string): Map<string, { additions: number; deletions: number }> {
  const counts = new Map<string, { additions: number; deletions: number }>();
  const parts = output.split("\0");
  for (let at = 0; at < parts.length && parts[at]; at += 1) {
    const [added = "", removed = "", path = ""] = (parts[at] ?? "").split("\t");
    const name = path || (parts[at + 2] ?? "");
    if (!path) at += 2;
    counts.set(name, { additions: Number(added) || 0, deletions: Number(removed) || 0 });
  }
  return counts;
}
