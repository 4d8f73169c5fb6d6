import { env } from "@/lib/env";

/** Where a GitHub App sends what it tells the console on its own: a revoked authorization, a suspended installation. */
export const webhookAddress = (instanceId: string): string =>
  `${env().CONSOLE_URL}/api/webhooks/github/instance/${instanceId}`;
