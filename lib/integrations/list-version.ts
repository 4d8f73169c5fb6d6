import { createHash } from "node:crypto";

type Contents = { isRestricted: boolean; externalIds: readonly string[] };

/** Names an allow-list as it is: an edit of it says which one was on the screen. The same contents are the same version. */
export function listVersion({ isRestricted, externalIds }: Contents): string {
  const text = JSON.stringify([isRestricted, [...externalIds].sort()]);
  return createHash("sha256").update(text).digest("hex").slice(0, 32);
}
