import { readdirSync, readFileSync } from "node:fs";

/** Resident memory of a process and all its descendants, for where no control group holds them. */
export const memoryOfTree = (pid: number): number =>
  [pid, ...descendantsOf(pid)].reduce((bytes, one) => bytes + residentBytes(one), 0);

/** Everything that a process started, and what that started, as far as the tree still shows it. */
export function descendantsOf(pid: number): number[] {
  const found: number[] = [];
  const waiting = childrenOf(pid);
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    found.push(next);
    waiting.push(...childrenOf(next));
  }
  return found;
}

/** Without the pages of programs and libraries, which all processes share. */
function residentBytes(pid: number): number {
  const status = read(`/proc/${pid}/status`);
  const kibibytes = (field: string) =>
    Number(new RegExp(`^${field}:\\s+(\\d+) kB$`, "m").exec(status)?.[1] ?? 0);
  return (kibibytes("RssAnon") + kibibytes("RssShmem")) * 1024;
}

/** The children of all threads of a process. */
export function childrenOf(pid: number): number[] {
  return threadsOf(pid).flatMap((thread) =>
    read(`/proc/${pid}/task/${thread}/children`)
      .split(" ")
      .filter((word) => word !== "")
      .map(Number),
  );
}

function threadsOf(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/task`);
  } catch {
    return [];
  }
}

/** Processes come and go between two looks. */
function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
