import { EgressError } from "@/lib/egress";
import {
  ProviderRejected,
  ProviderUnauthorized,
  ProviderUnavailable,
  RepositoryGone,
  type UnavailableCause,
  unansweredCause,
} from "@/lib/providers/errors";

export type RefusalReason =
  | "unauthorized"
  | "forbidden"
  | "not_found"
  | "not_git"
  | "redirected"
  | "rate_limited"
  | "server_error";

/** A Git host answered, and it was no. `target`: where it would send us, without anything that could be secret. */
export class GitRefusal extends Error {
  override readonly name = "GitRefusal";
  constructor(
    readonly reason: RefusalReason,
    readonly status: number,
    readonly more: { target?: URL; retryAt?: Date } = {},
  ) {
    super(`The Git host answered ${status} (${reason}).`);
  }
}

/** What a failure means to whoever called the provider. An abort passes through unchanged. */
export function translate(error: unknown): unknown {
  if (error instanceof EgressError) return unavailable(unansweredCause(error));
  if (!(error instanceof GitRefusal)) return error;
  switch (error.reason) {
    case "unauthorized":
      return new ProviderUnauthorized("The Git host refused the credential.");
    case "forbidden":
      return new ProviderRejected("forbidden", "The Git host does not let this account read the repository.");
    case "not_found":
      return new RepositoryGone("The Git host shows no repository at this address.");
    case "redirected":
      return new RepositoryGone(
        "The Git host redirects this address, which is not followed with a credential.",
      );
    case "rate_limited":
      return unavailable("rate_limited", error.more.retryAt);
    case "not_git":
      return unavailable("bad_answer");
    case "server_error":
      return unavailable("server_error", error.more.retryAt);
  }
}

const unavailable = (cause: UnavailableCause, retryAt?: Date) =>
  new ProviderUnavailable("The Git host did not answer as it should.", cause, retryAt ?? null);
