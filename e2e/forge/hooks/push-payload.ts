import { type ChangedCommit, readChanges } from "@/e2e/forge/git/commits";
import type { RefChange } from "@/e2e/forge/git/push";
import { type Refs, ZERO } from "@/e2e/forge/git/refs";
import { git, gitText } from "@/e2e/forge/git/run";
import { directoryOf } from "@/e2e/forge/git/storage";
import type { Host } from "@/e2e/forge/host";
import { pushedCommit } from "@/e2e/forge/present/commit";
import { fullName } from "@/e2e/forge/state/find";
import type { Account, Repository } from "@/e2e/forge/state/model";
import { eventContext } from "./common";

/** "The array includes a maximum of 2048 commits" (docs: webhook events, push). */
const LISTED_COMMITS = 2048;

export async function pushPayload(
  host: Host,
  repository: Repository,
  pusher: Account,
  change: RefChange,
  refsBefore: Refs,
) {
  const created = change.before === ZERO;
  const deleted = change.after === ZERO;
  const listed = deleted ? [] : await listedCommits(host, repository, change, refsBefore);
  const isNew = await newCommits(host, repository, change, refsBefore, listed);
  const view = (commit: ChangedCommit) => pushedCommit(host, repository, commit, isNew.has(commit.sha));
  return {
    ref: change.ref,
    before: change.before,
    after: change.after,
    created,
    deleted,
    forced: !created && !deleted && !(await isAncestor(host, repository, change, listed)),
    base_ref: null,
    compare: compareUrl(host, repository, change),
    commits: listed.map(view),
    head_commit: deleted ? null : await headCommit(host, repository, change, listed, view),
    pusher: { name: pusher.login, email: pusher.email },
    ...eventContext(host, repository, pusher, true),
  };
}

async function headCommit<T>(
  host: Host,
  repository: Repository,
  change: RefChange,
  listed: readonly ChangedCommit[],
  view: (one: ChangedCommit) => T,
) {
  const known = listed.find(({ sha }) => sha === change.after);
  if (known) return view(known);
  const [commit] = await readChanges(host, repository, [`${change.after}^{commit}`], 1).catch(() => []);
  return commit ? view(commit) : null;
}

/** For a new branch what no other ref had; for an update what the ref did not have. */
async function listedCommits(
  host: Host,
  repository: Repository,
  change: RefChange,
  refsBefore: Refs,
): Promise<ChangedCommit[]> {
  if (change.ref.startsWith("refs/tags/")) return [];
  const excluded = change.before === ZERO ? [...refsBefore.values()] : [change.before];
  return readChanges(host, repository, [change.after, ...excluded.map((sha) => `^${sha}`)], LISTED_COMMITS);
}

/** What no ref had before: of a branch, all that is listed, unless other refs had some of it. */
async function newCommits(
  host: Host,
  repository: Repository,
  change: RefChange,
  refsBefore: Refs,
  listed: readonly ChangedCommit[],
): Promise<Set<string>> {
  if (change.after === ZERO) return new Set();
  const others = [...refsBefore.values()].filter((sha) => sha !== change.before);
  const isBranch = change.ref.startsWith("refs/heads/");
  if (isBranch && (change.before === ZERO || others.length === 0))
    return new Set(listed.map(({ sha }) => sha));
  const excluded = [...refsBefore.values()].map((sha) => `^${sha}`).join("\n");
  const found = await gitText(
    directoryOf(host, repository),
    ["rev-list", `--max-count=${LISTED_COMMITS}`, "--stdin"],
    `${change.after}\n${excluded}\n`,
  );
  return new Set(found.split("\n").filter(Boolean));
}

async function isAncestor(
  host: Host,
  repository: Repository,
  change: RefChange,
  listed: readonly ChangedCommit[],
): Promise<boolean> {
  if (listed.some(({ parents }) => parents.includes(change.before))) return true;
  const args = ["merge-base", "--is-ancestor", change.before, change.after];
  return git(directoryOf(host, repository), args).then(
    () => true,
    () => false,
  );
}

function compareUrl(host: Host, repository: Repository, change: RefChange): string {
  const base = `${host.urls.web}/${fullName(host.store.state, repository)}/compare`;
  const short = change.ref.replace(/^refs\/(heads|tags)\//, "");
  if (change.before === ZERO) return `${base}/${short}`;
  return `${base}/${change.before.slice(0, 12)}...${change.after.slice(0, 12)}`;
}
