import { isNamed } from "@/lib/errors";

export type UnavailableCode =
  | "integration_removed"
  | "needs_reauthorization"
  | "integration_paused"
  | "repository_not_allowed"
  | "key_unavailable"
  | "instance_unavailable";

/** There is no credential to use now, and only a person can change that. `message` is a sentence that says who and how. */
export class CredentialUnavailable extends Error {
  override readonly name = "CredentialUnavailable";

  static override [Symbol.hasInstance](value: unknown): boolean {
    return isNamed(value, "CredentialUnavailable");
  }

  constructor(
    readonly code: UnavailableCode,
    message: string,
  ) {
    super(message);
  }
}
