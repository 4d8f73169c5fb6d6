import type { FailureCode } from "@/lib/integrations/authorization/failure-sentences";
import { ClientRejected, ProviderRejected, ProviderUnauthorized, ProviderUnavailable } from "@/lib/providers";

/** An authorization that ends here, for a reason that a person is told by its code. */
export class AuthorizationFailed extends Error {
  override readonly name = "AuthorizationFailed";
  constructor(readonly code: FailureCode) {
    super(code);
  }
}

/** The code for whatever ended an authorization; null for what nobody expected. The provider's own words are never used. */
export function failureCodeOf(error: unknown): FailureCode | null {
  if (error instanceof AuthorizationFailed) return error.code;
  if (error instanceof ProviderUnavailable) return "unavailable";
  if (error instanceof ClientRejected) return "client";
  // A token that was good a second ago: revoked while the person came back.
  if (error instanceof ProviderUnauthorized) return "code";
  if (!(error instanceof ProviderRejected)) return null;
  if (error.reason === "invalid_grant") return "code";
  return error.reason === "unverified_email" ? "unverified_email" : "refused";
}
