import type { InstanceContext } from "@/lib/access";
import { saveInstance, setInstanceEnabled } from "@/lib/instances";
import { wakeInstance, wipeGrants } from "@/lib/integrations/wipe-grants";

// What an instance admin does to a provider instance, together with what it means for integrations, of which lib/instances knows nothing.

/** See `saveInstance`. */
export const saveProviderInstance = (ctx: InstanceContext, input: Parameters<typeof saveInstance>[1]) =>
  saveInstance(ctx, input, wipeGrants);

/** See `setInstanceEnabled`. */
export const setProviderInstanceEnabled = (ctx: InstanceContext, input: { id: string; isEnabled: boolean }) =>
  setInstanceEnabled(ctx, input, wakeInstance);
