import { claimDeployment } from "@/lib/deployments";
import { env } from "@/lib/env";
import { type RunningAttempt, runAttempt } from "@/worker/attempt";
import type { Machine } from "@/worker/machine";

/** The builds that run at the same time in this worker. */
export type Slots = {
  /** Takes what is due while a slot is free. */
  fill(): Promise<void>;
  /** A running deployment may have been asked to stop: it looks now. */
  look(deploymentId: string | null): void;
  /** Hands back what runs and takes nothing more. */
  drain(): Promise<void>;
};

export function createSlots(machine: Machine): Slots {
  const running = new Map<number, RunningAttempt>();
  let isDraining = false;
  let filling: Promise<void> | undefined;
  let isWokenAgain = false;

  const freeSlot = (): number | undefined => {
    const all = Array.from({ length: env().BUILD_CONCURRENCY }, (_, slot) => slot);
    return isDraining ? undefined : all.find((slot) => !running.has(slot));
  };
  const begin = (slot: number, attempt: RunningAttempt) => {
    running.set(slot, attempt);
    void attempt.ended.then(() => {
      running.delete(slot);
      void fill();
    });
    if (isDraining) attempt.stop("stopping");
  };
  const takeAll = async () => {
    for (let slot = freeSlot(); slot !== undefined; slot = freeSlot()) {
      const job = await claimDeployment(machine.name, env().LEASE_SECONDS);
      if (!job) return;
      begin(slot, runAttempt(machine, job, slot));
    }
  };
  /** One claim at a time; being woken meanwhile means looking once more. */
  const fill = (): Promise<void> => {
    isWokenAgain = true;
    filling ??= (async () => {
      try {
        while (isWokenAgain) {
          isWokenAgain = false;
          await takeAll();
        }
      } finally {
        filling = undefined;
      }
    })();
    return filling;
  };
  const look = (deploymentId: string | null) => {
    for (const attempt of running.values()) {
      if (deploymentId === null || attempt.deploymentId === deploymentId) attempt.look();
    }
  };
  const drain = async () => {
    isDraining = true;
    await filling?.catch(() => undefined);
    for (const attempt of running.values()) attempt.stop("stopping");
    await Promise.all([...running.values()].map((attempt) => attempt.ended));
  };
  return { fill, look, drain };
}
