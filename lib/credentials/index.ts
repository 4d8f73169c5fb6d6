export { isAllowed, notAllowedSentence } from "@/lib/credentials/allowed";
export { planCheck, planUnplanned } from "@/lib/credentials/care";
export { isHeld } from "@/lib/credentials/cleanup-copies";
export {
  type CleanupRow,
  lendToken,
  openCleanupCopy,
  planCleanup,
  planTokenRevocation,
} from "@/lib/credentials/cleanup-token";
export { countUse, forgetOldUses } from "@/lib/credentials/count-use";
export { endOf, isExpiring, type Lifetime, warningDays } from "@/lib/credentials/ends";
export { CredentialUnavailable, type UnavailableCode } from "@/lib/credentials/errors";
export { endIncidents, openLeftover } from "@/lib/credentials/incidents";
export { hostOf } from "@/lib/credentials/load";
export { lookAfter } from "@/lib/credentials/look-after";
export { lostScopes } from "@/lib/credentials/probe";
export { resealCleanups, resealCredentials } from "@/lib/credentials/reseal";
export { revokeUnwanted } from "@/lib/credentials/revoke-unwanted";
export { disabledSentence, lostSentence, statusSentence } from "@/lib/credentials/sentences";
export {
  CONNECTED,
  type IntegrationEvent,
  type LostReason,
  transition,
  USABLE,
} from "@/lib/credentials/status";
export { storeCredential } from "@/lib/credentials/store";
export { deleteCredential, readTokensToRevoke } from "@/lib/credentials/take";
export type { TokenPair } from "@/lib/credentials/token-pair";
export { readAgain, renewLent, type Traded, tradeCopy } from "@/lib/credentials/trade-copy";
export { type Use, withCredential } from "@/lib/credentials/with-credential";
