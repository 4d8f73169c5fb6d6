import { db } from "@/db";
import { type Actor, systemActor } from "@/lib/access";
import { record } from "@/lib/audit";
import { resealInstances } from "@/lib/instances/reseal";
import { resealMails } from "@/lib/mail";
import { hasOutdatedValues, type Resealed, rotateDataKey } from "@/lib/vault";

export type InstanceRotation = Resealed & {
  /** True when an earlier rotation was finished, which made no other key. */
  isResumed: boolean;
};

/**
 * Gives the instance another data key and seals its own secrets with it, while everything runs: clients, webhooks, mails that wait. Can
 * be stopped at any point: the next call finishes what was begun. The key before opens what was not done yet; it is deleted once
 * nothing names it.
 */
export async function rotateInstanceData(by: Actor = systemActor("Command line")): Promise<InstanceRotation> {
  if (await hasOutdatedValues(null)) {
    const finished = await resealAll();
    // What does not open is no reason to go on with an old key for ever.
    if (finished.resealed > 0) return { ...finished, isResumed: true };
  }
  await db().transaction(async (tx) => {
    const { dataKeyId } = await rotateDataKey(tx, null);
    await record(tx, by, { chain: "instance", event: "instance.key_rotated", facts: { dataKeyId } });
  });
  return { ...(await resealAll()), isResumed: false };
}

async function resealAll(): Promise<Resealed> {
  const [instances, waiting] = [await resealInstances(), await resealMails()];
  return {
    resealed: instances.resealed + waiting.resealed,
    failed: instances.failed + waiting.failed,
  };
}
