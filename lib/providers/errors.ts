import type { EgressError } from "@/lib/egress";
import { isNamed } from "@/lib/errors";

/** The provider says that this credential does not open this. Not yet proof of revocation: confirm with `checkToken`. */
export class ProviderUnauthorized extends Error {
  override readonly name = "ProviderUnauthorized";

  static override [Symbol.hasInstance](value: unknown): boolean {
    return isNamed(value, "ProviderUnauthorized");
  }
}

/** `untrusted`: its certificate is not trusted, or not valid now; `blocked`: by our own rules of where may be connected to. */
export type UnavailableCause =
  | "rate_limited"
  | "timeout"
  | "unreachable"
  | "untrusted"
  | "blocked"
  | "server_error"
  | "bad_answer";

/** What a failed connection means to whoever called the provider. */
export function unansweredCause({ kind, detail }: EgressError): UnavailableCause {
  if (kind === "timeout") return "timeout";
  if (detail === "blocked") return "blocked";
  return kind === "certificate" || detail?.startsWith("certificate_") ? "untrusted" : "unreachable";
}

/** The provider cannot answer now. `retryAt` is its own word (Retry-After, rate-limit reset) where it gave one. */
export class ProviderUnavailable extends Error {
  override readonly name = "ProviderUnavailable";

  static override [Symbol.hasInstance](value: unknown): boolean {
    return isNamed(value, "ProviderUnavailable");
  }

  constructor(
    message: string,
    readonly cause_: UnavailableCause,
    readonly retryAt: Date | null = null,
  ) {
    super(message);
  }
}

/** The provider understood and refused. `message` is a sentence of ours, safe to show. */
export class ProviderRejected extends Error {
  override readonly name = "ProviderRejected";

  static override [Symbol.hasInstance](value: unknown): boolean {
    return isNamed(value, "ProviderRejected");
  }

  constructor(
    readonly reason: string,
    message: string,
  ) {
    super(message);
  }
}

/** The repository does not exist (any more) or this account may not see it: a host gives one answer for both. */
export class RepositoryGone extends Error {
  override readonly name = "RepositoryGone";

  static override [Symbol.hasInstance](value: unknown): boolean {
    return isNamed(value, "RepositoryGone");
  }
}

/** Our own client was refused (`invalid_client`): the instance is misconfigured, the integrations are not to blame. */
export class ClientRejected extends Error {
  override readonly name = "ClientRejected";

  static override [Symbol.hasInstance](value: unknown): boolean {
    return isNamed(value, "ClientRejected");
  }
}
