export { isLoopback } from "@/lib/instances/address";
export { callbackUrl } from "@/lib/instances/callback-url";
export { type InstanceView, instanceOrigins, listInstances } from "@/lib/instances/list";
export {
  clientSecretOf,
  getInstance,
  loadInstanceRow,
  type ReadyInstance,
  toInstance,
} from "@/lib/instances/load";
export { clearMisconfigured, markMisconfigured } from "@/lib/instances/misconfigured";
export { type InstanceInput, instanceInput, saveInstance } from "@/lib/instances/save";
export { syncEnvironmentInstance } from "@/lib/instances/sync-environment";
export { type TrialResult, testInstance } from "@/lib/instances/try-client";
