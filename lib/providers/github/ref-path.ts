import { isPartOfBranchName } from "@/lib/branch-name";

/**
 * A branch, or the beginning of one, as a part of an address: each segment escaped, the slashes kept, so that `feature/#12` is
 * one branch. Throws for what no branch begins with, such as `..`, which would lead to another address.
 */
export function encodeRef(branch: string): string {
  const isBeginning = !/^[/.-]/.test(branch) && isPartOfBranchName(branch);
  if (!isBeginning) throw new Error("This is not the name of a branch.");
  return branch.split("/").map(encodeURIComponent).join("/");
}
