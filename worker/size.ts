import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";

const LOOK_EVERY_MS = 1000;

/** Ends `signal` when the files directly in a folder grow beyond a size, or when `outer` ends. */
export function watchSize(folder: string, maxBytes: number, outer?: AbortSignal) {
  const own = new AbortController();
  let isExceeded = false;
  const look = () => {
    if (isExceeded || sizeOf(folder) <= maxBytes) return;
    isExceeded = true;
    own.abort();
  };
  const timer = setInterval(look, LOOK_EVERY_MS);
  return {
    signal: outer ? AbortSignal.any([outer, own.signal]) : own.signal,
    /** Looks once more: a fast end may come before the first look. */
    isExceeded: () => {
      look();
      return isExceeded;
    },
    stop: () => clearInterval(timer),
  };
}

/** A hundred files at most, so that waiting for them costs less than taking turns. */
function sizeOf(folder: string): number {
  let bytes = 0;
  for (const name of listFolder(folder)) {
    // A temporary file may be renamed between the two looks.
    bytes += statSync(join(folder, name), { throwIfNoEntry: false })?.size ?? 0;
  }
  return bytes;
}

/** The names in a folder; none where there is no folder. */
export function listFolder(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}
