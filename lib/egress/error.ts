/**
 * - `unreachable`: no connection: no such name, refused, filtered, blocked by our own rules, or a broken handshake;
 * - `timeout`: connected, but the whole answer did not come in time;
 * - `too_large`: the answer is larger than it may be;
 * - `certificate`: told apart for a provider instance only, whose admin has to know.
 */
export type EgressErrorKind = "unreachable" | "timeout" | "too_large" | "certificate";

/** One sentence for every kind, so that the console does not scan ports for whoever can type an address. */
const MESSAGE = "The host could not be reached, or did not answer as it should.";

/** An outgoing connection that did not give an answer. What happened underneath is its `cause`, for logs only. */
export class EgressError extends Error {
  override readonly name = "EgressError";

  constructor(
    readonly kind: EgressErrorKind,
    cause?: unknown,
  ) {
    super(MESSAGE, { cause });
  }
}
