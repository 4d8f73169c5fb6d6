export { getAllowList } from "@/lib/integrations/allow-list";
export type { AttemptCookie } from "@/lib/integrations/authorization/attempt-cookie";
export { type Beginning, type Begun, beginAuthorization } from "@/lib/integrations/authorization/begin";
export { type Completion, completeAuthorization } from "@/lib/integrations/authorization/complete";
export {
  type Confirmed,
  confirmAuthorization,
  discardAuthorization,
} from "@/lib/integrations/authorization/confirm";
export { runDueGrants } from "@/lib/integrations/authorization/due-grants";
export {
  type FailureCode,
  failureSentence,
  isFailureCode,
} from "@/lib/integrations/authorization/failure-sentences";
export { getPendingGrant } from "@/lib/integrations/authorization/get-pending";
export { resealGrants } from "@/lib/integrations/authorization/reseal-grants";
export { getCatalogue } from "@/lib/integrations/catalogue";
export { connectWithCredentials } from "@/lib/integrations/connect-with-credentials";
export { getIntegration } from "@/lib/integrations/detail";
export { runDueChecks } from "@/lib/integrations/due-checks";
export { runDueCleanups } from "@/lib/integrations/due-cleanups";
export { enteredInput } from "@/lib/integrations/entered/input";
export { listEnteredProviders } from "@/lib/integrations/entered/providers";
export { type Forgotten, forgetCleanups } from "@/lib/integrations/forget-cleanups";
export { removalImpact } from "@/lib/integrations/impact";
export { listIncidents } from "@/lib/integrations/incidents";
export { listIntegrations } from "@/lib/integrations/list";
export { listRemoved } from "@/lib/integrations/list-removed";
export { type Paused, pauseIntegration } from "@/lib/integrations/pause";
export { saveProviderInstance, setProviderInstanceEnabled } from "@/lib/integrations/provider-instances";
export { getReceipt, isRemoved } from "@/lib/integrations/receipt";
export { type Removal, removeIntegration } from "@/lib/integrations/remove-integration";
export { listRestorable } from "@/lib/integrations/restorable";
export { type Restored, restoreApps } from "@/lib/integrations/restore";
export { type Restricted, type RestrictInput, restrictRepositories } from "@/lib/integrations/restrict";
export { type Resumed, resumeIntegration } from "@/lib/integrations/resume";
export { leftoverSchema, settleLeftover } from "@/lib/integrations/settle-leftover";
export { listUses } from "@/lib/integrations/uses";
export type * from "@/lib/integrations/views";
export { wipeGrants } from "@/lib/integrations/wipe-grants";
