/** Why a running deployment is stopped. */
export type StopReason =
  /** Somebody asked for it (or removed its integration). */
  | "cancelled"
  /** The lease is another worker's by now: nothing may be written any more. */
  | "lost"
  /** This worker is going away. */
  | "stopping";

export class Stopped extends Error {
  override readonly name = "Stopped";
  constructor(readonly reason: StopReason) {
    super(reason);
  }
}

/** The reason for which a signal ended, null while it has not. */
export function stopReason(signal: AbortSignal): StopReason | null {
  if (!signal.aborted) return null;
  return signal.reason instanceof Stopped ? signal.reason.reason : "stopping";
}
