import { setTimeout as delay } from "node:timers/promises";
import {
  appendLog,
  type ClaimedDeployment,
  failureSentence,
  finishDeployment,
  heartbeat,
  markStep,
  type Outcome,
  pruneDeployments,
} from "@/lib/deployments";
import { env } from "@/lib/env";
import { log as processLog, reportUnexpected } from "@/lib/log";
import { type Attempt, deploy } from "@/worker/deploy";
import { openLog } from "@/worker/log-writer";
import type { Machine } from "@/worker/machine";
import { outcomeOf } from "@/worker/outcome";
import { removeSite } from "@/worker/site-folder";
import { Stopped, type StopReason, stopReason } from "@/worker/stop";

export type RunningAttempt = {
  deploymentId: string;
  /** Asks the database now whether it is to stop, rather than at the next heartbeat. */
  look(): void;
  stop(reason: StopReason): void;
  /** Resolves when it has ended and everything of it was written. Never rejects. */
  ended: Promise<void>;
};

/** A person's wish to stop is to be felt within two seconds, even if its notification was lost. */
const SLOWEST_HEARTBEAT_MS = 1500;

/** Runs one claimed deployment to its end: heartbeats, the work itself, and what is written of it. */
export function runAttempt(machine: Machine, job: ClaimedDeployment, slot: number): RunningAttempt {
  const stopping = new AbortController();
  const stop = (reason: StopReason) => stopping.abort(new Stopped(reason));
  const beating = keepLease(job, stop);
  const ended = work({ machine, job, slot, signal: stopping.signal, isHeld: beating.isHeld })
    .catch((error: unknown) => void reportUnexpected(error, "worker"))
    .finally(beating.end);
  return { deploymentId: job.id, look: beating.look, stop, ended };
}

/** Extends the lease at a third of its length, and hears of a wish to stop. */
function keepLease(job: ClaimedDeployment, stop: (reason: StopReason) => void) {
  const { LEASE_SECONDS } = env();
  const intervalMs = Math.min((LEASE_SECONDS * 1000) / 3, SLOWEST_HEARTBEAT_MS);
  let lastAt = Date.now();
  const look = async () => {
    const sentAt = Date.now();
    try {
      const beat = await heartbeat(job.id, job.leaseToken, LEASE_SECONDS);
      lastAt = sentAt;
      if (beat === "lost") stop("lost");
      else if (beat.cancel) stop("cancelled");
    } catch {
      // The database may be starting again. Beyond the lease, somebody else may hold it.
      if (Date.now() - lastAt > LEASE_SECONDS * 1000) stop("lost");
    }
  };
  const timer = setInterval(() => void look(), intervalMs);
  /** For certain, without asking: nobody else can have claimed it before its lease ended. */
  const isHeld = () => Date.now() - lastAt < (LEASE_SECONDS * 1000) / 2;
  return { look: () => void look(), isHeld, end: () => clearInterval(timer) };
}

type Work = Pick<Attempt, "machine" | "job" | "slot" | "signal"> & { isHeld: () => boolean };

async function work({ machine, job, slot, signal, isHeld }: Work): Promise<void> {
  const log = openLog({
    append: (lines) => appendLog(job.id, job.leaseToken, lines),
    maxBytes: env().BUILD_LOG_BYTES,
    onError: (error) => processLog.warn({ err: error, deployment: job.id }, "log lines were not stored"),
  });
  const marks: Promise<unknown>[] = [];
  const tidying: (() => Promise<void>)[] = [];
  const attempt: Attempt = {
    machine,
    job,
    slot,
    log,
    signal,
    enter: (step) => void marks.push(markStep(job.id, job.leaseToken, step)),
    isStillOurs: async () => isHeld() || (await markStep(job.id, job.leaseToken, "publish")),
    afterwards: (tidy) => void tidying.push(tidy),
  };
  try {
    const outcome = await attemptOutcome(attempt);
    if (outcome.kind === "failed") log.note(failureSentence(outcome.reason, outcome.facts as never));
    const [, ...marked] = await Promise.allSettled([log.close(), ...marks]);
    for (const mark of marked) if (mark.status === "rejected") reportUnexpected(mark.reason, "worker");
    if (stopReason(signal) !== "lost") await finish(machine, job, outcome);
  } finally {
    for (const tidy of tidying) await tidy();
  }
}

async function attemptOutcome(attempt: Attempt): Promise<Outcome> {
  try {
    return await deploy(attempt);
  } catch (error) {
    const reason = stopReason(attempt.signal);
    if (reason === "cancelled") return { kind: "stopped" };
    if (reason !== null) return { kind: "handed_back" };
    return outcomeOf(error, attempt.job);
  }
}

const FINISH_TRIES = 5;
const FINISH_PAUSE_MS = 300;

/** Writes the end. A database that is just starting again is waited for; longer than that, the lease tells the others. */
async function finish(machine: Machine, job: ClaimedDeployment, outcome: Outcome): Promise<void> {
  const { sites } = machine.folders;
  for (let attempt = 1; ; attempt += 1) {
    try {
      const finished = await finishDeployment(job.id, job.leaseToken, outcome);
      if (finished === "lost") return;
      await tidy(sites, job, finished.status);
      return;
    } catch (error) {
      if (attempt === FINISH_TRIES) throw error;
      await delay(FINISH_PAUSE_MS);
    }
  }
}

/** One that is queued again may be another worker's already: the folder that it would find is complete, so it stays. */
async function tidy(sites: string, job: ClaimedDeployment, status: string): Promise<void> {
  if (status === "failed" || status === "cancelled") return removeSite(sites, job.id);
  if (status !== "ready") return;
  for (const id of await pruneDeployments(job.appId)) await removeSite(sites, id);
}
