import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Host } from "@/e2e/forge/host";
import type { Repository } from "@/e2e/forge/state/model";

/** Repositories lie under their id, so that a rename moves nothing. */
export function directoryOf(host: Pick<Host, "dataDir">, repository: Pick<Repository, "id">): string {
  return join(host.dataDir, "repositories", `${repository.id}.git`);
}

/**
 * As github.com answers: any reachable or known commit may be fetched by its id, partial clones work,
 * a push may delete or rewrite any branch.
 */
const CONFIG = `[core]
\trepositoryformatversion = 0
\tbare = true
\tfilemode = true
[uploadpack]
\tallowReachableSHA1InWant = true
\tallowTipSHA1InWant = true
\tallowAnySHA1InWant = true
\tallowFilter = true
\thideRefs = refs/internal
[http]
\treceivepack = true
\tgetanyfile = false
[receive]
\tautogc = false
\tdenyDeleteCurrent = ignore
\tdenyCurrentBranch = ignore
[gc]
\tauto = 0
`;

/** Makes an empty bare repository by hand: much faster than a process for each of a hundred. */
export function createBare(directory: string, defaultBranch: string): void {
  mkdirSync(join(directory, "objects", "pack"), { recursive: true });
  mkdirSync(join(directory, "objects", "info"), { recursive: true });
  mkdirSync(join(directory, "refs", "heads"), { recursive: true });
  mkdirSync(join(directory, "refs", "tags"), { recursive: true });
  writeFileSync(join(directory, "config"), CONFIG);
  writeHead(directory, defaultBranch);
}

export function writeHead(directory: string, branch: string): void {
  writeFileSync(join(directory, "HEAD"), `ref: refs/heads/${branch}\n`);
}

export function removeBare(directory: string): void {
  if (existsSync(directory)) rmSync(directory, { recursive: true, force: true });
}
