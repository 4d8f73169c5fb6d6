import { chown, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { CHECKOUT, HOME, type Owner, type Sandbox } from "@/worker/sandbox";

/** Makes the folders of one build and gives them to the account that it runs under; null where that is our own. */
export async function makeWorkspace(
  workspace: string,
  sandbox: Sandbox,
  slot: number,
): Promise<Owner | null> {
  const owner = sandbox.kind === "bubblewrap" ? (sandbox.ownerOf?.(slot) ?? null) : null;
  for (const name of [CHECKOUT, HOME]) {
    const folder = join(workspace, name);
    await mkdir(folder, { recursive: true, mode: 0o755 });
    if (owner) await chown(folder, owner.uid, owner.gid);
  }
  return owner;
}
