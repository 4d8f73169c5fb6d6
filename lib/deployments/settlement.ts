import type { Outcome } from "@/lib/deployments/outcome";
import {
  cancelledSentence,
  failureSentence,
  leftSourceSentence,
  supersededSentence,
} from "@/lib/deployments/sentences";
import type { Running, Settlement } from "@/lib/deployments/settle";

const MINUTE_MS = 60_000;
/** How long a provider that does not answer is waited for, counted from the moment the deployment was queued. */
export const PATIENCE_MS = 60 * MINUTE_MS;
const BACKOFF_MS = 5000;
const MAX_BACKOFF_MS = 5 * MINUTE_MS;
const MAX_LOST_LEASES = 3;

/** What an attempt's outcome means for the deployment. Pure: the same facts give the same answer. */
export function settlementOf(running: Running, outcome: Outcome, random: () => number): Settlement {
  // Nothing is live yet, so a request to stop wins over whatever the worker reached meanwhile.
  if (running.isCancelled && !isHeld(running)) return stopped(running);
  switch (outcome.kind) {
    case "ready":
      return { status: "ready", artifact: { files: outcome.files, bytes: outcome.bytes } };
    case "failed":
      return outcome.reason === "integration_paused" ? held(running) : failed(outcome.reason, outcome.facts);
    case "stopped":
      return isHeld(running) ? held(running) : stopped(running);
    case "superseded":
      return superseded(outcome.by);
    case "unavailable":
      return unavailable(running, outcome.retryAt, random);
    case "handed_back":
      return again(running, { runAt: running.now, attempts: running.attempts - 1 });
  }
}

/** What a lease that ran out means: another worker takes it, twice; the third time something is wrong with it. */
export function settlementOfLost(running: Running): Settlement {
  if (running.isCancelled && !isHeld(running)) return stopped(running);
  const lostLeases = running.lostLeases + 1;
  if (lostLeases >= MAX_LOST_LEASES) return { ...failed("worker_lost", {}), lostLeases };
  return again(running, { runAt: running.now, lostLeases });
}

/** Its integration was paused while it needed the repository: it loses nothing and waits, in the queue, for the resumption. */
const isHeld = (running: Running): boolean =>
  running.isCancelled && running.cancelReason === "integration_paused";

const held = (running: Running): Settlement =>
  again(running, { runAt: running.now, attempts: running.attempts - 1 });

function stopped(running: Running): Settlement {
  if (running.cancelReason === "integration_removed") {
    return { status: "failed", reason: "integration_removed", sentence: removedWhileBuilding(running) };
  }
  return {
    status: "cancelled",
    reason: "cancelled_by",
    sentence: cancelledSentence(running.cancelledByName),
  };
}

const removedWhileBuilding = ({ cancelledByName, repositoryName }: Running): string =>
  `${cancelledByName ?? "Somebody"} removed the integration that reads ${repositoryName} while this was built. Connect the account again to restore the app, or choose another source under Settings > Git.`;

const superseded = (newerCommit: string | null): Settlement =>
  cancelledAs("superseded_before_start", supersededSentence(newerCommit));

const cancelledAs = (reason: string, sentence: string): Settlement => ({
  status: "cancelled",
  reason,
  sentence,
});

const failed: (...args: Parameters<typeof failureSentence>) => Settlement = (code, facts) => ({
  status: "failed",
  reason: code,
  sentence: failureSentence(code, facts),
});

/** Waiting again makes no sense once there is a newer one of the same ref, which carries the head, or another source. */
function again(running: Running, waiting: Omit<Settlement, "status">): Settlement {
  if (running.isSourceLeft) return cancelledAs("superseded_before_start", leftSourceSentence(null));
  return running.newerCommit === null ? { status: "queued", ...waiting } : superseded(running.newerCommit);
}

function unavailable(running: Running, retryAt: Date | null, random: () => number): Settlement {
  const deadline = running.createdAt.getTime() + PATIENCE_MS;
  const now = running.now.getTime();
  if (now >= deadline) return failed("provider_unavailable", { repository: running.repositoryName });
  const backoff = Math.min(MAX_BACKOFF_MS, BACKOFF_MS * 2 ** (running.attempts - 1)) * (0.75 + random() / 2);
  // One last try at the deadline, whatever the provider asks for.
  const next = Math.min(deadline, Math.max(now + backoff, retryAt?.getTime() ?? 0));
  return again(running, { runAt: new Date(next) });
}
