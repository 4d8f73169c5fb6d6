import { env } from "@/lib/env";

/** The one address that has to be registered at the provider as this instance's callback. */
export const callbackUrl = (instanceId: string): string =>
  `${env().CONSOLE_URL}/api/integrations/${instanceId}/callback`;
