import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { usualRoots } from "@/lib/egress";

/**
 * One file with the usual roots and those of NODE_EXTRA_CA_CERTS, for git: unlike Node's variable, git's setting replaces the
 * system's list. Null where there are no extra ones.
 */
export async function writeCaFile(folder: string, extra: string | undefined): Promise<string | null> {
  if (!extra) return null;
  const path = join(folder, "ca.pem");
  await writeFile(path, usualRoots());
  return path;
}
