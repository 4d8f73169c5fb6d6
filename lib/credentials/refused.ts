import type { Lease } from "@/lib/credentials/lease";
import type { Refreshable } from "@/lib/credentials/load";
import type { LostReason } from "@/lib/credentials/status";

/** Why a refresh token is refused; null where it is not known yet whether it is lost. */
export function lossOf(usable: Refreshable, { unansweredAt }: Lease): LostReason | null {
  const { refreshExpiresAt } = usable.credential;
  const hasEnded = refreshExpiresAt !== null && refreshExpiresAt <= new Date();
  if (isSuspended(usable)) {
    if (hasEnded) return "expired";
    return mayBeOfSuspension(usable) ? null : "revoked";
  }
  if (unansweredAt) return "refresh_lost";
  return hasEnded ? "expired" : "revoked";
}

const isSuspended = ({ status, reason }: Refreshable): boolean =>
  status === "needs_reauthorization" && reason === "suspended";

/**
 * Some providers refuse a suspended account's refresh token as if there were none, and take it again afterwards. Its access token was not
 * refused before its time, nobody told of a revocation, and there is an end to wait for.
 */
const mayBeOfSuspension = ({ isStale, isRevocationReported, credential }: Refreshable): boolean =>
  isStale && !isRevocationReported && credential.refreshExpiresAt !== null;
