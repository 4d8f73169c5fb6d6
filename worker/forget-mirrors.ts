import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { followedAmong } from "@/lib/sources";
import { discardMirror } from "@/worker/mirror";

const MIRROR = /^(rep_[0-9a-z]{20})\.git$/;

/**
 * Removes the copies of repositories that nobody follows any more: after an integration is removed, its code does not stay on
 * this machine's disk. What was published stays live; a mirror is only a cache.
 */
export async function forgetMirrors(mirrors: string): Promise<void> {
  const names = await readdir(mirrors);
  const ids = names.flatMap((name) => MIRROR.exec(name)?.[1] ?? []);
  const followed = await followedAmong(ids);
  for (const id of ids) {
    if (!followed.has(id)) await discardMirror(join(mirrors, `${id}.git`));
  }
}
