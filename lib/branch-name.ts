// Shared with the forms' schemas, so nothing in here may reach a server.

/**
 * Of a whole ref, `refs/heads/` included. Git itself stops at the paths that a file system takes, a packed one later; hosts stop far
 * below. An entry of the database's indexes holds twice as much.
 */
export const LONGEST_REF_BYTES = 1000;
export const LONGEST_BRANCH_BYTES = LONGEST_REF_BYTES - "refs/heads/".length;

/** Whether a branch's name is short enough to be followed: offered, chosen and heard of alike. */
export const isShortBranch = (name: string): boolean =>
  new TextEncoder().encode(name).length <= LONGEST_BRANCH_BYTES;

/** A space, what git uses to write about revisions, and half a character, which has no bytes. */
const SPECIAL = /[ ~^:?*[\\\p{Cs}]|\.\.|@\{/u;
/** Git looks at bytes: U+0080 to U+009F are control characters, but none to git. */
const isControl = (character: string) => character < " " || character === "\x7f";

/**
 * Whether git takes this as the name of a branch: the rules of git-check-ref-format(1) with `--branch`. One name more is refused:
 * `@`, which git would store but reads as HEAD everywhere.
 */
export function isBranchName(name: string): boolean {
  if (name === "@" || name === "HEAD") return false;
  if (name.startsWith("-") || name.endsWith(".") || SPECIAL.test(name)) return false;
  if ([...name].some(isControl)) return false;
  return name.split("/").every((part) => part !== "" && !part.startsWith(".") && !part.endsWith(".lock"));
}

/** Whether some branch's name could contain this: what a search may ask for. Empty is in every name. */
export const isPartOfBranchName = (text: string): boolean => isBranchName(`x${text}x`);
