import { join } from "node:path";
import type { DeploymentStep } from "@/db";
import { type ClaimedDeployment, type Outcome, refName, shortCommit } from "@/lib/deployments";
import { env } from "@/lib/env";
import { checkHead } from "@/lib/pushes";
import { runBuild } from "@/worker/build";
import {
  foldersIn,
  listPlainSite,
  type OpenCommit,
  openCommit,
  writeCheckout,
  writePlainSite,
} from "@/worker/checkout";
import { failure } from "@/worker/failure";
import { createLocks } from "@/worker/lock";
import type { LogWriter } from "@/worker/log-writer";
import type { Machine } from "@/worker/machine";
import { discardMirror, hasMirror, mirrorPath } from "@/worker/mirror";
import { MirrorDamaged, type Objects, openObjects } from "@/worker/objects";
import { Superseded } from "@/worker/outcome";
import { copyOutput } from "@/worker/publish";
import { removeTree } from "@/worker/remove-tree";
import { CHECKOUT } from "@/worker/sandbox";
import { publish } from "@/worker/site-folder";
import { bringSource, type HeadAtStart } from "@/worker/source";
import { makeWorkspace } from "@/worker/workspace";

/** One attempt to put one commit live: what it works with, and how it tells what it does. */
export type Attempt = {
  machine: Machine;
  job: ClaimedDeployment;
  slot: number;
  log: LogWriter;
  signal: AbortSignal;
  enter(step: DeploymentStep): void;
  /** Asked at the last moment before files are put in place. */
  isStillOurs(): Promise<boolean>;
  /** What nobody has to wait for: done once the outcome was written, whatever it is. */
  afterwards(tidy: () => Promise<void>): void;
};

type Ready = { files: number; bytes: number };

const mirrorLock = createLocks();

/** Checks out, builds and publishes one deployment. Throws what it fails of; nothing half-done is left. */
export async function deploy(attempt: Attempt): Promise<Outcome> {
  const { job, log, machine } = attempt;
  log.note(`Checking out ${job.repositoryName}, ${refName(job.ref)} at ${shortCommit(job.commit)}.`);
  const workspace = join(machine.folders.builds, attemptName(job));
  attempt.afterwards(() => removeTree(workspace));
  const mirror = mirrorPath(machine.mirrorTools, job.repositoryId);
  // Of one repository one at a time: git would lock itself out, and the second finds everything there.
  const ready = await mirrorLock(mirror, () => checkOut(attempt, mirror, workspace));
  const { files, bytes } = ready ?? (await buildAndPublish(attempt, workspace));
  return { kind: "ready", files, bytes };
}

/** An earlier attempt, whose lease was lost, may still be busy leaving. */
const attemptName = ({ id, leaseToken }: ClaimedDeployment): string => `${id}-${leaseToken.slice(0, 8)}`;

/** Null when what was checked out has to be built or looked through before it is published. */
async function checkOut(attempt: Attempt, mirror: string, workspace: string): Promise<Ready | null> {
  const { job, log, signal } = attempt;
  signal.throwIfAborted();
  // Started while the commit is still on its way: it reads nothing before it is asked.
  const reading = hasMirror(mirror) ? openObjects(mirror, signal) : null;
  try {
    await followHead(attempt, await bring(attempt, mirror, job), mirror);
  } catch (error) {
    await (await reading)?.close();
    throw error;
  }
  try {
    return await readOut(attempt, await (reading ?? openObjects(mirror, signal)), workspace);
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof MirrorDamaged)) throw error;
    log.note("The copy of the repository was damaged. Fetching it anew.");
    await discardMirror(mirror);
    await removeTree(workspace);
    await bring(attempt, mirror, asChosen(job));
    return readOut(attempt, await openObjects(mirror, signal), workspace);
  }
}

/** The same deployment, whatever the head is by now. */
const asChosen = (job: ClaimedDeployment): ClaimedDeployment => ({ ...job, trigger: "redeploy" });

async function readOut(attempt: Attempt, objects: Objects, workspace: string): Promise<Ready | null> {
  const { commit, plan } = attempt.job;
  const open = await openCommit(objects, commit, plan.rootDirectory);
  try {
    const plain = await publishPlain(attempt, open);
    if (plain) return plain;
    await fillWorkspace(attempt, open, workspace);
    return null;
  } finally {
    await open.close();
  }
}

const bring = ({ machine, signal }: Attempt, mirror: string, job: ClaimedDeployment) =>
  bringSource(machine, job, mirror, signal);

/** If the branch has moved and the new head deploys, this one is not worth building. Otherwise it is built as it was asked for. */
async function followHead(attempt: Attempt, head: HeadAtStart, mirror: string): Promise<void> {
  const { job, log } = attempt;
  if (head === null || head.commit === job.commit) return;
  const branch = refName(job.ref);
  const check = await checkHead(job, head);
  if (check.kind === "superseded") throw new Superseded(check.by);
  if (head.commit === null) throw failure("branch_missing", { repository: job.repositoryName, branch });
  log.note(`${branch} has moved to ${shortCommit(head.commit)}, which does not deploy by itself.`);
  await bring(attempt, mirror, asChosen(job));
}

/** The short way: a site without a build goes from the mirror straight to its place. */
async function publishPlain(attempt: Attempt, open: OpenCommit): Promise<Ready | null> {
  const { job, log, machine } = attempt;
  if (job.plan.kind !== "none") return null;
  const entries = await listPlainSite(open, job.plan.outputDirectory);
  if (entries === null) return null;
  attempt.enter("publish");
  sayLeftOut(
    log,
    entries.filter((entry) => entry.kind === "submodule").map((entry) => entry.path),
  );
  const written = await publish(
    machine.folders.sites,
    job.id,
    async (folder) => {
      const written = await writePlainSite(open, entries, folder);
      if (written.files === 0) throw failure("output_empty", { directory: job.plan.outputDirectory });
      return written;
    },
    attempt.isStillOurs,
  );
  sayPublished(log, written);
  return written;
}

async function fillWorkspace(attempt: Attempt, open: OpenCommit, workspace: string): Promise<void> {
  const { machine, slot, log } = attempt;
  const owner = await makeWorkspace(workspace, machine.sandbox, slot);
  const { submodules } = await writeCheckout(open, workspace, owner);
  sayLeftOut(log, submodules);
}

async function buildAndPublish(attempt: Attempt, workspace: string): Promise<Ready> {
  const { job, log, machine, slot, signal } = attempt;
  const { plan } = job;
  const folder = foldersIn(plan.rootDirectory).join("/");
  if (plan.kind === "commands") {
    attempt.enter("build");
    await runBuild(machine, { name: attemptName(job), plan, folder, workspace, slot }, log, signal);
  }
  signal.throwIfAborted();
  attempt.enter("publish");
  const output = {
    checkout: join(workspace, CHECKOUT),
    folder: join(folder, plan.outputDirectory),
    label: plan.outputDirectory,
    maxBytes: env().BUILD_OUTPUT_BYTES,
  };
  const copied = await publish(
    machine.folders.sites,
    job.id,
    (target) => copyOutput(output, target),
    attempt.isStillOurs,
  );
  for (const link of copied.broken) log.note(`The link ${link} leads nowhere and was left out.`);
  sayPublished(log, copied);
  return copied;
}

function sayLeftOut(log: LogWriter, submodules: readonly string[]): void {
  for (const path of submodules) log.note(`${path} is a submodule. Submodules are not fetched.`);
}

const sayPublished = (log: LogWriter, { files, bytes }: Ready): void =>
  log.note(`Published ${files} ${files === 1 ? "file" : "files"}, ${bytes} bytes.`);
