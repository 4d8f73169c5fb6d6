import { setTimeout as delay } from "node:timers/promises";
import { Refusal } from "../progress.mjs";
import { takeLock } from "./lock.mjs";

/** The processes of a console. */
export const ROLES = ["web", "worker", "sites"];

/** A console that was killed a moment ago is still stopping: its processes notice, finish and go. */
const PREDECESSOR_ENDS_MS = 4000;

/**
 * Takes the lock of every role, or says who holds one.
 * @returns {Promise<() => void>} gives them back; the end of this process does so as well
 */
export async function lockRoles(dataDir, roles) {
  const held = [];
  for (const role of roles) {
    const lock = await takeLockSoon(dataDir, role);
    if (!lock.isHeld) throw alreadyRuns(dataDir, lock.pid);
    held.push(lock);
  }
  return () => {
    for (const lock of held) lock.release();
  };
}

/** Takes a lock, giving its holder time to end. */
export async function takeLockSoon(dataDir, role) {
  const deadline = Date.now() + PREDECESSOR_ENDS_MS;
  for (;;) {
    const lock = await takeLock(dataDir, role);
    if (lock.isHeld || Date.now() > deadline) return lock;
    await delay(100);
  }
}

function alreadyRuns(dataDir, pid) {
  const holder = pid ? ` (process ${pid})` : "";
  return new Refusal(
    `A console already runs on ${dataDir}${holder}. Stop it first, or set DATA_DIR to another folder.`,
  );
}
