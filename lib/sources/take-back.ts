import { eq } from "drizzle-orm";
import { db, hooks } from "@/db";
import { log } from "@/lib/log";
import { type Grant, type HookRegistration, sourceProvider } from "@/lib/providers";
import type { HeldHook } from "@/lib/sources/hook-row";

/**
 * Deletes what was registered for a hook that was removed meanwhile. A cleanup looks for it by its address too, but once, and no longer
 * than anybody waits for a registration. One that only has another keeper stays. Throws nothing: what is not deleted here is where it
 * would be without this.
 */
export async function takeBack(
  { hook, repository }: HeldHook,
  grant: Grant,
  { externalId }: HookRegistration,
): Promise<void> {
  const api = sourceProvider(grant.instance.provider).hooks(grant.instance);
  if (api.kind !== "api" || !(await isRemoved(hook.id))) return;
  try {
    await api.deleteHook(grant, repository.externalId, externalId);
  } catch (error) {
    log.warn({ err: error, hook: hook.id }, "a webhook that was registered too late was not deleted");
  }
}

async function isRemoved(hookId: string): Promise<boolean> {
  const [row] = await db().select({ id: hooks.id }).from(hooks).where(eq(hooks.id, hookId));
  return row === undefined;
}
