import { randomUUID } from "node:crypto";
import { rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
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

type Trust = { path: string | null; remove(): Promise<void> };

/**
 * The file of certificates for one fetch: the usual ones, and the integration's own where it has one, in a file that goes with the
 * fetch. It is public; the folder is ours.
 */
export async function trustFile(
  { helper, caFile }: { helper: string; caFile: string | null },
  own: string | null,
): Promise<Trust> {
  if (own === null) return { path: caFile, remove: async () => undefined };
  const path = join(dirname(helper), `ca-${randomUUID()}.pem`);
  await writeFile(path, `${usualRoots()}\n${own}\n`, { mode: 0o600 });
  return { path, remove: () => rm(path, { force: true }) };
}
