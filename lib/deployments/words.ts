/** The seven characters by which people know a commit. */
export const shortCommit = (sha: string): string => sha.slice(0, 7);

/** The first line of a commit's message. */
export const titleOf = (message: string): string => message.split("\n", 1)[0]?.trim() ?? "";

const BRANCH = "refs/heads/";
const TAG = "refs/tags/";

export const refOfBranch = (branch: string): string => `${BRANCH}${branch}`;
export const isTagRef = (ref: string): boolean => ref.startsWith(TAG);

/** `main` of `refs/heads/main`, `v1` of `refs/tags/v1`. */
export function refName(ref: string): string {
  if (ref.startsWith(BRANCH)) return ref.slice(BRANCH.length);
  return ref.startsWith(TAG) ? ref.slice(TAG.length) : ref;
}

const UNITS = ["bytes", "KiB", "MiB", "GiB", "TiB"] as const;

/** `4 GiB`, `1.5 MiB`, `300 bytes`. */
export function formatBytes(bytes: number): string {
  const power = bytes < 1 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log2(bytes) / 10));
  const value = bytes / 1024 ** power;
  return `${Number(value.toFixed(1))} ${UNITS[power]}`;
}

/** `20 minutes`, `90 seconds`. */
export function formatDuration(seconds: number): string {
  const isMinutes = seconds >= 120 && seconds % 60 === 0;
  const count = isMinutes ? seconds / 60 : seconds;
  const unit = isMinutes ? "minute" : "second";
  return `${count} ${unit}${count === 1 ? "" : "s"}`;
}
