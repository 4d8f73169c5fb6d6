import { env } from "@/lib/env";
import { isLoopback } from "@/lib/instances";

/** Where a provider delivers: the opaque hook id chooses the tenant. */
export const hookAddress = (provider: string, hookId: string): string =>
  `${env().CONSOLE_URL}/api/webhooks/${provider}/${hookId}`;

/** A console on this machine can only be reached by a provider on this machine. */
export function isReachableFrom(origin: string): boolean {
  return !isLoopback(new URL(env().CONSOLE_URL).hostname) || isLoopback(new URL(origin).hostname);
}
