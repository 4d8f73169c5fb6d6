import type { FailureCode, FailureFacts } from "@/lib/deployments/sentences";

type Failed = {
  [Code in FailureCode]: { kind: "failed"; reason: Code; facts: FailureFacts[Code] };
}[FailureCode];

/** How a worker's attempt ended. */
export type Outcome =
  /** Its files are in place under its own id; finishing makes them live. */
  | { kind: "ready"; files: number; bytes: number }
  | Failed
  /** It was asked to stop (`heartbeat`) and has stopped; the request says why. */
  | { kind: "stopped" }
  /** The head had moved before it was checked out. */
  | { kind: "superseded"; by: string | null }
  /** The provider could not answer: later again, for up to an hour. `retryAt` is the provider's own word. */
  | { kind: "unavailable"; retryAt: Date | null }
  /** This worker is going away and has not finished; another one starts over at once. Does not count as an attempt. */
  | { kind: "handed_back" };
