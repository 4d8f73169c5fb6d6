import { readFileSync } from "node:fs";

const PAGE_BYTES = 4096;

/** Resident memory of a process and all its descendants, for where no control group holds them. */
export function memoryOfTree(pid: number): number {
  let bytes = 0;
  const waiting = [pid];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    bytes += residentBytes(next);
    waiting.push(...childrenOf(next));
  }
  return bytes;
}

function residentBytes(pid: number): number {
  const [, pages = "0"] = read(`/proc/${pid}/statm`).split(" ");
  return Number(pages) * PAGE_BYTES;
}

/** Children of the main thread; bubblewrap and shells start theirs there. */
export function childrenOf(pid: number): number[] {
  return read(`/proc/${pid}/task/${pid}/children`)
    .split(" ")
    .filter((word) => word !== "")
    .map(Number);
}

/** Processes come and go between two looks. */
function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
