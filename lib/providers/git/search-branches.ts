import { isBranchName } from "@/lib/branch-name";
import { EgressError } from "@/lib/egress";
import { ProviderRejected } from "@/lib/providers/errors";
import { addressOf, atAddress, branchOf, HEADS } from "@/lib/providers/git/repository";
import { listRefs } from "@/lib/providers/git/smart-http/list-refs";
import { BRANCHES_SHOWN, type Branch, type Grant, type SearchHow } from "@/lib/providers/provider";

const MOST_BRANCHES = BRANCHES_SHOWN + 1;

/**
 * Branches whose name contains what was typed. A repository may have more than can be listed, or more matches than are shown: then
 * the server is asked for the names that begin with it, so that a name which is typed out is always found. Throws
 * ProviderRejected("too_many") where even that finds nothing.
 */
export async function searchBranches(
  grant: Grant,
  externalId: string,
  query: string,
  { signal }: SearchHow = {},
): Promise<Branch[]> {
  return await atAddress(addressOf(grant, externalId), async (url) => {
    const wanted = query.toLowerCase();
    const { found, isWhole } = await listBranches(grant, url, {
      prefix: HEADS,
      isWanted: (name) => name.toLowerCase().includes(wanted),
      signal,
    });
    if (isWhole || query === "" || found.some(({ name }) => name === query)) return found;
    const beginning = isBranchName(`${query}x`)
      ? await listBranches(grant, url, { prefix: HEADS + query, isWanted: () => true, signal })
      : { found: [] };
    const all = [...beginning.found, ...found.filter(({ name }) => !name.startsWith(query))];
    if (all.length === 0) throw tooMany();
    return all.slice(0, MOST_BRANCHES);
  });
}

type Wanted = { prefix: string; isWanted: (name: string) => boolean; signal: AbortSignal | undefined };

/** `isWhole`: nothing was left out. What came before a listing turned out to be endless counts all the same. */
async function listBranches(
  grant: Grant,
  url: string,
  { prefix, isWanted, signal }: Wanted,
): Promise<{ found: Branch[]; isWhole: boolean }> {
  const found: Branch[] = [];
  let heard = 0;
  try {
    await listRefs(grant, url, {
      prefixes: [prefix],
      signal,
      onRef: (ref) => {
        heard += 1;
        found.push(...branchOf(ref).filter(({ name }) => isWanted(name)));
        return found.length < MOST_BRANCHES;
      },
    });
  } catch (error) {
    if (heard === 0 || !isEndless(error)) throw error;
    return { found, isWhole: false };
  }
  return { found, isWhole: found.length < MOST_BRANCHES };
}

/** Longer, in bytes or in time, than an answer may be. */
export const isEndless = (error: unknown): boolean =>
  error instanceof EgressError && (error.kind === "too_large" || error.kind === "timeout");

const tooMany = () =>
  new ProviderRejected(
    "too_many",
    "This repository has more branches than can be looked through. Type the beginning of the branch's name, as it is written.",
  );
