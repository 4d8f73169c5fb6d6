import { isBranchName, isShortBranch } from "@/lib/branch-name";
import { ProviderRejected, RepositoryGone } from "@/lib/providers/errors";
import { isBelow, parseAddress, repositoryAddress } from "@/lib/providers/git/address";
import { fetchCommit } from "@/lib/providers/git/smart-http/fetch-commit";
import { listRefs, type Ref } from "@/lib/providers/git/smart-http/list-refs";
import { readCommit } from "@/lib/providers/git/smart-http/read-commit";
import { GitRefusal, translate } from "@/lib/providers/git/smart-http/refusal";
import { commitPage } from "@/lib/providers/git/web-pages";
import type { Branch, Commit, Grant, HeadReading, Repository } from "@/lib/providers/provider";

export const HEADS = "refs/heads/";
const COMMIT = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;
/** A server may send lines of 64 KiB as names. */
const isOffered = (name: string): boolean => isShortBranch(name) && isBranchName(name);
/** Of two names that are asked for. */
const MOST_BRANCHES = 200;

/** The address of a repository without `.git` is its id. Only what is at or below the integration's prefix is one of its own. */
export function addressOf({ instance }: Grant, externalId: string): string {
  try {
    const { origin, pathPrefix: path } = parseAddress(externalId);
    if (origin === instance.origin && path !== "" && isBelow(path, instance.pathPrefix ?? ""))
      return origin + path;
  } catch (error) {
    if (!(error instanceof ProviderRejected)) throw error;
  }
  throw new RepositoryGone("The address is not one of this integration's.");
}

export async function getRepository(grant: Grant, externalId: string): Promise<Repository> {
  return await describe(grant, addressOf(grant, externalId));
}

/** Typed by a person: as an address, or as a path. */
export async function findRepository(grant: Grant, typed: string): Promise<Repository> {
  return await describe(grant, repositoryAddress(grant.instance, typed));
}

async function describe(grant: Grant, address: string): Promise<Repository> {
  const { cloneUrl, defaultBranch } = await atAddress(address, async (url) => ({
    cloneUrl: url,
    defaultBranch: await readDefaultBranch(grant, url),
  }));
  return {
    externalId: address,
    fullName: decodeURIComponent(new URL(address).pathname.slice(1)),
    cloneUrl,
    webUrl: address,
    defaultBranch,
    isPrivate: grant.token !== null,
    isArchived: false,
    pushedAt: null,
    language: null,
  };
}

/** Where HEAD leads. A detached one leads to no branch: then to one that is at the same commit, by its usual names first. */
export async function readDefaultBranch(grant: Grant, url: string): Promise<string> {
  let head: Ref | null = null;
  const branches: Branch[] = [];
  await listRefs(grant, url, {
    prefixes: ["HEAD", `${HEADS}main`, `${HEADS}master`],
    onRef: (ref) => {
      if (ref.name === "HEAD") head = ref;
      else branches.push(...branchOf(ref));
      return branches.length < MOST_BRANCHES;
    },
  });
  const { target, commit } = (head as Ref | null) ?? { target: null, commit: null };
  const named = target?.startsWith(HEADS) ? target.slice(HEADS.length) : null;
  if (named && isOffered(named)) return named;
  const usual = ["main", "master"].filter((name) => branches.some((branch) => branch.name === name));
  const atHead = usual.find((name) =>
    branches.some((branch) => branch.name === name && branch.commit === commit),
  );
  return atHead ?? usual[0] ?? "main";
}

/** Names that no branch can have in git's own eyes are not offered: nobody could check them out. */
export function branchOf({ name, commit }: Ref): Branch[] {
  const branch = name.slice(HEADS.length);
  return name.startsWith(HEADS) && commit !== null && isOffered(branch) ? [{ name: branch, commit }] : [];
}

/** A commit says all there is to say of a head, so it is its own validator. */
export async function readHead(
  grant: Grant,
  externalId: string,
  branch: string,
  etag: string | null,
): Promise<HeadReading> {
  const address = addressOf(grant, externalId);
  const commit = await atAddress(address, (url) =>
    isBranchName(branch) ? headOf(grant, url, branch) : null,
  );
  return commit !== null && commit === etag
    ? { kind: "not_modified" }
    : { kind: "head", commit, etag: commit };
}

async function headOf(grant: Grant, url: string, branch: string): Promise<string | null> {
  let commit: string | null = null;
  const name = HEADS + branch;
  await listRefs(grant, url, {
    // A prefix: others may begin like it.
    prefixes: [name],
    onRef: (ref) => {
      if (ref.name === name) commit = ref.commit;
      return commit === null;
    },
  });
  return commit;
}

/** All in one listing, which is asked for these names alone. */
export async function readHeads(
  grant: Grant,
  externalId: string,
  branches: readonly string[],
): Promise<Map<string, string | null>> {
  const address = addressOf(grant, externalId);
  return await atAddress(address, async (url) => {
    const heads = new Map<string, string | null>(branches.map((branch) => [branch, null]));
    const missing = new Set(branches.filter(isBranchName));
    if (missing.size === 0) return heads;
    await listRefs(grant, url, {
      prefixes: [...missing].map((branch) => HEADS + branch),
      onRef: ({ name, commit }) => {
        const branch = name.slice(HEADS.length);
        if (name.startsWith(HEADS) && missing.delete(branch)) heads.set(branch, commit);
        return missing.size > 0;
      },
    });
    return heads;
  });
}

export async function getCommit(grant: Grant, externalId: string, sha: string): Promise<Commit> {
  const address = addressOf(grant, externalId);
  const url = commitPage(grant.instance, address, sha);
  const object = COMMIT.test(sha) ? await atAddress(address, (at) => fetchCommit(grant, at, sha)) : null;
  return object ? readCommit(sha, object, url) : { sha, message: "", author: "", at: null, url };
}

const suffixes = new Map<string, string>();
const MOST_REMEMBERED = 5000;

/**
 * Runs a call at the address as this host serves it, with `.git` or without: the first that is found is remembered. Throws what the
 * provider's answer means.
 */
export async function atAddress<T>(address: string, call: (url: string) => T | Promise<T>): Promise<T> {
  const known = suffixes.get(address) ?? ".git";
  const other = known === "" ? ".git" : "";
  try {
    return await call(address + known);
  } catch (error) {
    if (!isElsewhere(error)) throw translate(error);
    const result = await tryOther(address + other, call, error);
    if (suffixes.size >= MOST_REMEMBERED) suffixes.clear();
    suffixes.set(address, other);
    return result;
  }
}

const isElsewhere = (error: unknown): boolean =>
  error instanceof GitRefusal && ["not_found", "redirected", "not_git"].includes(error.reason);

/** The first answer is the one to tell: the address as people write it. */
async function tryOther<T>(url: string, call: (url: string) => T | Promise<T>, first: unknown): Promise<T> {
  try {
    return await call(url);
  } catch (error) {
    throw translate(isElsewhere(error) ? first : error);
  }
}
