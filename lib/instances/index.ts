export { isLoopback } from "@/lib/instances/address";
export { callbackUrl } from "@/lib/instances/callback-url";
export type { WipeGrants } from "@/lib/instances/change";
export { deleteInstance } from "@/lib/instances/delete";
export { setInstanceEnabled, type WakeInstance } from "@/lib/instances/enable";
export { eraseEndedSecrets } from "@/lib/instances/erase-ended";
export { getKeys, type KeysView, type MasterKeyView } from "@/lib/instances/keys";
export { type InstanceView, instanceOrigins, listInstances } from "@/lib/instances/list";
export {
  getInstance,
  holdEnabledInstance,
  holdInstance,
  loadInstanceRow,
  type ReadyInstance,
  toInstance,
} from "@/lib/instances/load";
export { forgetPreviousSecret } from "@/lib/instances/previous-secret";
export { type InstanceRotation, rotateInstanceData } from "@/lib/instances/rotate-key";
export { type InstanceInput, instanceInput, saveInstance } from "@/lib/instances/save";
export { syncEnvironmentInstance } from "@/lib/instances/sync-environment";
export { type TrialResult, testInstance } from "@/lib/instances/try-client";
export {
  generateWebhookSecret,
  openWebhookSecrets,
  type WebhookSetup,
} from "@/lib/instances/webhook-secret";
export { withClientSecret } from "@/lib/instances/with-client-secret";
