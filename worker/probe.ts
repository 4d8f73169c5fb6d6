import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { startCaged } from "@/worker/cage";
import { findCgroups } from "@/worker/cgroups";
import { findProgram } from "@/worker/find-program";
import { buildOwners } from "@/worker/owner";
import { type Bubblewrap, type Sandbox, writeEtc } from "@/worker/sandbox";
import { makeWorkspace } from "@/worker/workspace";

export type ProbeOptions = {
  wanted: "bubblewrap" | "none";
  /** Where builds take place, and a folder for the sandbox's own files. */
  builds: string;
  tools: string;
  /** Must not be visible from inside. */
  dataDir: string;
};

/** Finds out how build commands can be run here, by running one. A sandbox that does not hold is as good as none. */
export async function probeSandbox(options: ProbeOptions): Promise<Sandbox> {
  if (options.wanted === "none") return { kind: "none" };
  const program = findProgram("bwrap");
  if (!program) return missing("bubblewrap is not installed on the worker's machine.");
  const absent = ["setpriv", "prlimit", "unshare"].find((name) => !findProgram(name));
  if (absent) return missing(`${absent} (of util-linux) is not installed on the worker's machine.`);
  const ownerOf = buildOwners();
  const sandbox: Bubblewrap = {
    kind: "bubblewrap",
    program,
    ownerOf,
    cgroups: ownerOf ? findCgroups() : null,
    etc: await writeEtc(join(options.tools, "etc")),
  };
  const problem = await tryOut(sandbox, options);
  return problem === null
    ? sandbox
    : missing(`bubblewrap does not work on the worker's machine (${problem}).`);
}

const missing = (detail: string): Sandbox => ({ kind: "missing", detail });

const LIMITS = { timeoutMs: 20_000, memoryBytes: 512 * 1024 * 1024, diskBytes: 64 * 1024 * 1024 };

/** Node runs, the workspace can be written, and neither the console's data nor a capability is there. */
const question = (dataDir: string): string =>
  [
    "node --version > version && test -s version",
    `test ! -e ${quote(join(dataDir, "mirrors"))}`,
    "grep -q '^CapEff:\t0000000000000000$' /proc/self/status",
    "! touch /usr/probe 2>/dev/null",
    "echo holds",
  ].join(" && ");

const quote = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

/** Null when it holds, otherwise what went wrong in a few words. */
async function tryOut(sandbox: Bubblewrap, { builds, dataDir }: ProbeOptions): Promise<string | null> {
  const workspace = await mkdtemp(join(builds, "probe-"));
  try {
    await makeWorkspace(workspace, sandbox, 0);
    const cage = { workspace, folder: "", slot: 0, maxFileBytes: LIMITS.diskBytes, network: null };
    const run = {
      name: "probe",
      command: question(dataDir),
      registry: null,
      limits: LIMITS,
      signal: new AbortController().signal,
    };
    const { started, ended } = await startCaged(sandbox, cage, run);
    let [said, complaints] = ["", ""];
    started.output.on("data", (chunk: Buffer) => {
      said += chunk.toString("utf8");
    });
    started.complaints.on("data", (chunk: Buffer) => {
      complaints += chunk.toString("utf8");
    });
    const { code } = await ended;
    if (code === 0 && said.trim() === "holds") return null;
    return complaints.trim().split("\n")[0]?.slice(0, 200) || `it ended with ${code}`;
  } finally {
    await rm(workspace, { recursive: true, force: true });
  }
}
