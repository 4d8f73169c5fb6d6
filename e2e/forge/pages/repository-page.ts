import { readCommits } from "@/e2e/forge/git/commits";
import { readBranches } from "@/e2e/forge/git/refs";
import type { Host } from "@/e2e/forge/host";
import { fullName } from "@/e2e/forge/state/find";
import type { Repository } from "@/e2e/forge/state/model";
import { escapeHtml } from "./escape";
import { cloneWithPassword } from "./home-page";
import { layout } from "./layout";

/** Branches, how to clone and push, the last commits of the default branch. */
export async function repositoryPage(host: Host, repository: Repository): Promise<string> {
  const name = fullName(host.store.state, repository);
  const branches = await readBranches(host, repository);
  const head = branches.find((branch) => branch.name === repository.defaultBranch)?.sha;
  const commits = head ? await readCommits(host, repository, [head], { count: 20 }) : [];
  const marks = [repository.private ? "private" : "public", repository.archived && "archived"];
  const clone = cloneWithPassword(host, repository);
  return layout(
    `${name} – Forge`,
    `<h1>${escapeHtml(name)}</h1>
<p class="quiet">${escapeHtml(repository.description)} ${marks.filter(Boolean).join(", ")}</p>
<pre>git clone ${escapeHtml(clone)}
cd ${escapeHtml(repository.name)} && git commit --allow-empty -m "Try" && git push</pre>
<h2>Branches</h2>
<p>${branches.map((branch) => `<code>${escapeHtml(branch.name)}</code>`).join(" ") || '<span class="quiet">This repository is empty.</span>'}</p>
<h2>Commits</h2>
<div class="scroll"><table><thead><tr><th>Commit</th><th>Message</th><th>Author</th><th>When</th></tr></thead><tbody>
${commits
  .map(
    (commit) =>
      `<tr><td><a href="/${escapeHtml(name)}/commit/${commit.sha}"><code>${commit.sha.slice(0, 7)}</code></a></td><td>${escapeHtml(commit.message.split("\n")[0] ?? "")}</td><td>${escapeHtml(commit.author.name)}</td><td>${escapeHtml(commit.author.date)}</td></tr>`,
  )
  .join("")}</tbody></table></div>`,
    860,
  );
}
