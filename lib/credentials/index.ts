export {
  type CleanupRow,
  lendToken,
  openCleanupToken,
  planCleanup,
  planTokenRevocation,
} from "@/lib/credentials/cleanup-token";
export { CredentialUnavailable, type UnavailableCode } from "@/lib/credentials/errors";
export { followedThrough } from "@/lib/credentials/health";
export { revokeUnwanted } from "@/lib/credentials/revoke-unwanted";

export { disabledSentence, statusSentence } from "@/lib/credentials/sentences";
export {
  CONNECTED,
  type IntegrationEvent,
  type LostReason,
  transition,
  USABLE,
} from "@/lib/credentials/status";
export { storeCredential } from "@/lib/credentials/store";
export { deleteCredential, readTokenToRevoke, type TakenToken } from "@/lib/credentials/take";
export { type Use, withCredential } from "@/lib/credentials/with-credential";
