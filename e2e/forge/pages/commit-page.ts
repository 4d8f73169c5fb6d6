import { readCommit } from "@/e2e/forge/git/commits";
import { EMPTY_TREE, readDiff } from "@/e2e/forge/git/diff";
import { resolveCommit } from "@/e2e/forge/git/refs";
import type { Host } from "@/e2e/forge/host";
import { fullName } from "@/e2e/forge/state/find";
import type { Repository } from "@/e2e/forge/state/model";
import { escapeHtml } from "./escape";
import { layout } from "./layout";

/** One commit with the files that it changed and the statuses that were reported for it. */
export async function commitPage(host: Host, repository: Repository, id: string): Promise<string | null> {
  const sha = /^[0-9a-f]{4,40}$/.test(id) ? await resolveCommit(host, repository, id) : null;
  const commit = sha && (await readCommit(host, repository, sha));
  if (!commit) return null;
  const files = await readDiff(host, repository, commit.parents[0] ?? EMPTY_TREE, commit.sha);
  const name = escapeHtml(fullName(host.store.state, repository));
  const [title = "", ...rest] = commit.message.split("\n");
  const statuses = host.store.state.statuses.filter(
    (one) => one.sha === sha && one.repositoryId === repository.id,
  );
  return layout(
    `${title} – Forge`,
    `<p><a href="/${name}">${name}</a></p>
<h1>${escapeHtml(title)}</h1>
<p class="quiet">${escapeHtml(commit.author.name)}, ${escapeHtml(commit.author.date)} · <code>${commit.sha}</code></p>
${rest.join("").trim() ? `<pre>${escapeHtml(rest.join("\n").trim())}</pre>` : ""}
<h2>${files.length} changed ${files.length === 1 ? "file" : "files"}</h2>
<table><tbody>${files
      .map(
        (file) =>
          `<tr><td><code>${escapeHtml(file.path)}</code></td><td>${file.status}</td><td><span class="ok">+${file.additions}</span> <span class="bad">−${file.deletions}</span></td></tr>`,
      )
      .join("")}</tbody></table>
${statuses.length > 0 ? `<h2>Statuses</h2><ul>${statuses.map((one) => `<li>${escapeHtml(one.context)}: ${escapeHtml(one.state)} ${escapeHtml(one.description ?? "")}</li>`).join("")}</ul>` : ""}`,
    860,
  );
}
