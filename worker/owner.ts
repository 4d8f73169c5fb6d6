import { readFileSync } from "node:fs";
import type { Owner } from "@/worker/sandbox";

// Of 60706 to 61183 nobody claims anything [systemd, "Users, Groups, UIDs and GIDs on systemd Systems"].
const FIRST = 60_706;
const LAST = 61_183;

/**
 * The account of each slot's builds, when the console runs as root: a number that has no name here, so that it is neither
 * PostgreSQL's nor the console's nor a person's. Null where we are not root and cannot become anybody else.
 */
export function buildOwners(isRoot = process.getuid?.() === 0): ((slot: number) => Owner) | null {
  if (!isRoot) return null;
  const taken = new Set([...numbersIn("/etc/passwd"), ...numbersIn("/etc/group")]);
  const free: number[] = [];
  for (let id = FIRST; id <= LAST; id += 1) if (!taken.has(id)) free.push(id);
  return (slot) => {
    const id = free[slot % free.length];
    if (id === undefined) throw new Error("No account number is free for builds.");
    return { uid: id, gid: id };
  };
}

function numbersIn(file: string): number[] {
  return readFileSync(file, "utf8")
    .split("\n")
    .map((line) => Number(line.split(":")[2]));
}
