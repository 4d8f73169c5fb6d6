import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { addRepository } from "@/e2e/forge/admin/create-repository";
import { writeFirstCommit } from "@/e2e/forge/git/loose";
import { directoryOf } from "@/e2e/forge/git/storage";
import type { Host } from "@/e2e/forge/host";
import { timestamp } from "@/e2e/forge/state/clock";
import { requireUser } from "@/e2e/forge/state/find";

const FIRST = ["amber", "brine", "coral", "drift", "ember", "fjord", "gale", "harbor", "inlet", "jetty"];
const SECOND = ["atlas", "beacon", "chart", "dock", "engine", "field", "guide"];
const SHARES = [
  { owner: "octocat", count: 38 },
  { owner: "tidepool", count: 40 },
  { owner: "lighthouse", count: 42 },
  { owner: "mona", count: 6 },
] as const;

/** Repositories to page and search through, each with its own small site; a few with something special. */
export function seedSmallRepositories(host: Host): void {
  for (const { owner, count } of SHARES) {
    for (let index = 0; index < count; index += 1) addSmall(host, owner, nameAt(index), index * 11 + 40);
  }
  addSmall(host, "octocat", "spoon-fork", 900, { fork: true });
  addSmall(host, "lighthouse", "old-lamp", 9000, { archived: true });
  const empty = { owner: "lighthouse", name: "empty-shell", description: "Nothing was pushed here yet." };
  addRepository(host, empty, timestamp(Date.now() - 2_000_000_000));
  addManyBranches(host);
}

function nameAt(index: number): string {
  const first = FIRST[index % FIRST.length] ?? "";
  const second = SECOND[(index * 3 + Math.floor(index / FIRST.length)) % SECOND.length] ?? "";
  return `${first}-${second}${index >= FIRST.length * SECOND.length ? `-${index}` : ""}`;
}

function addSmall(
  host: Host,
  owner: string,
  name: string,
  hoursAgo: number,
  special: { fork?: boolean; archived?: boolean } = {},
): { directory: string; sha: string } {
  const at = timestamp(Date.now() - hoursAgo * 3_600_000);
  const description = `Notes and a small page about the ${name.replace("-", " ")}.`;
  const repository = addRepository(
    host,
    { owner, name, description, private: hoursAgo % 5 === 0, ...special },
    at,
  );
  const directory = directoryOf(host, repository);
  const { name: author, email } = requireUser(host.store.state, owner === "mona" ? "mona" : "octocat");
  const sha = writeFirstCommit(directory, "main", {
    files: { "README.md": `# ${name}\n\n${description}\n`, "index.html": page(name, description) },
    message: `Begin ${name}`,
    author: { name: author, email },
    at,
  });
  return { directory, sha };
}

/** A hundred and fifty branches, packed into one file as git itself would. */
function addManyBranches(host: Host): void {
  const { directory, sha } = addSmall(host, "tidepool", "many-branches", 30);
  const names = Array.from(
    { length: 150 },
    (_, index) => `feature/idea-${String(index + 1).padStart(3, "0")}`,
  );
  const lines = names.map((name) => `${sha} refs/heads/${name}\n`);
  writeFileSync(
    join(directory, "packed-refs"),
    `# pack-refs with: peeled fully-peeled sorted \n${lines.join("")}`,
  );
}

function page(name: string, description: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${name}</title>
<style>body{font:18px/1.6 Georgia,serif;max-width:34rem;margin:15vh auto;padding:0 1.5rem;color:#22303c}</style>
</head>
<body>
<h1>${name}</h1>
<p>${description}</p>
</body>
</html>
`;
}
