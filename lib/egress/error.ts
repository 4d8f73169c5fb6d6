import { isNamed } from "@/lib/errors";

/**
 * - `unreachable`: no connection: no such name, refused, filtered, blocked by our own rules, or a broken handshake;
 * - `timeout`: connected, but the whole answer did not come in time;
 * - `too_large`: the answer is larger than it may be;
 * - `certificate`: told apart for a provider instance only, whose admin has to know.
 */
export type EgressErrorKind = "unreachable" | "timeout" | "too_large" | "certificate";

/**
 * What exactly went wrong, for a person who entered the address and can mend it. It tells a name, our own rules and a certificate
 * apart, and nothing else: a closed port, a filtered one and no machine at all stay the same.
 */
export type EgressDetail = "unresolved" | "blocked" | CertificateProblem;
export type CertificateProblem =
  | "certificate_untrusted"
  | "certificate_expired"
  | "certificate_wrong_host"
  | "certificate_failed";

/** One sentence for every kind, so that the console does not scan ports for whoever can type an address. */
const MESSAGE = "The host could not be reached, or did not answer as it should.";

/** An outgoing connection that did not give an answer. What happened underneath is its `cause`, for logs only. */
export class EgressError extends Error {
  override readonly name = "EgressError";

  static override [Symbol.hasInstance](value: unknown): boolean {
    return isNamed(value, "EgressError");
  }

  constructor(
    readonly kind: EgressErrorKind,
    cause?: unknown,
    readonly detail: EgressDetail | null = null,
  ) {
    super(MESSAGE, { cause });
  }
}
