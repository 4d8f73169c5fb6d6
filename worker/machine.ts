import { hostname } from "node:os";
import { join } from "node:path";
import { env } from "@/lib/env";
import { writeCaFile } from "@/worker/ca-file";
import { writeCredentialHelper } from "@/worker/credential-helper";
import { type Folders, foldersOf, prepareFolders } from "@/worker/folders";
import { type GitProbe, probeGit } from "@/worker/git";
import type { MirrorTools } from "@/worker/mirror";
import { probeSandbox } from "@/worker/probe";
import type { Sandbox } from "@/worker/sandbox";

/** What this worker found on its machine, once, at start. */
export type Machine = {
  /** How it calls itself where deployments say who built them. */
  name: string;
  folders: Folders;
  git: GitProbe;
  mirrorTools: MirrorTools;
  sandbox: Sandbox;
  /** NODE_EXTRA_CA_CERTS, for the sandbox. */
  extraCaFile: string | null;
};

/** A commit or a mirror may be a few times as large as what is published of it. */
const WORK_FACTOR = 4;
export const workBytes = (): number => env().BUILD_OUTPUT_BYTES * WORK_FACTOR;

/** Prepares the folders and tries out git and the sandbox. Throws where DATA_DIR cannot be used. */
export async function prepareMachine(): Promise<Machine> {
  const { DATA_DIR, NODE_EXTRA_CA_CERTS, SANDBOX } = env();
  const folders = foldersOf(DATA_DIR);
  await prepareFolders(folders);
  const { builds, tools } = folders;
  const [git, helper, caFile, sandbox] = await Promise.all([
    probeGit(),
    writeCredentialHelper(join(tools, "git")),
    writeCaFile(tools, NODE_EXTRA_CA_CERTS),
    probeSandbox({ wanted: SANDBOX, builds, tools, dataDir: DATA_DIR }),
  ]);
  return {
    name: `${hostname()}-${process.pid}`,
    folders,
    git,
    mirrorTools: { folder: folders.mirrors, helper, caFile, maxBytes: workBytes() },
    sandbox,
    extraCaFile: NODE_EXTRA_CA_CERTS ?? null,
  };
}
