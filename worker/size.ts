import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";

const LOOK_EVERY_MS = 1000;

/** Ends `signal` when the files directly in a folder grow beyond a size, or when `outer` ends. */
export function watchSize(folder: string, maxBytes: number, outer?: AbortSignal) {
  const own = new AbortController();
  let isExceeded = false;
  const look = async () => {
    if ((await sizeOf(folder)) <= maxBytes) return;
    isExceeded = true;
    own.abort();
  };
  const timer = setInterval(() => void look(), LOOK_EVERY_MS);
  return {
    signal: outer ? AbortSignal.any([outer, own.signal]) : own.signal,
    /** Looks once more: a fast end may come before the first look. */
    isExceeded: async () => {
      await look();
      return isExceeded;
    },
    stop: () => clearInterval(timer),
  };
}

async function sizeOf(folder: string): Promise<number> {
  let bytes = 0;
  for (const name of await readdir(folder).catch(() => [])) {
    // A temporary file may be renamed between the two looks.
    bytes += await stat(join(folder, name)).then(
      (found) => found.size,
      () => 0,
    );
  }
  return bytes;
}
