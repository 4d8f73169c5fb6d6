import { env } from "@/lib/env";
import { forbidden } from "@/lib/errors";

/**
 * Refuses a request that changes something unless our own pages sent it: the Origin header must be the console's canonical
 * origin. A browser sends it with every POST; where it is missing, Fetch Metadata must say "same-origin".
 */
export function requireSameOrigin(headers: Headers): void {
  const origin = headers.get("origin");
  const isOurs =
    origin === null
      ? headers.get("sec-fetch-site") === "same-origin"
      : origin === new URL(env().CONSOLE_URL).origin;
  if (!isOurs) {
    throw forbidden(
      `This was not sent from the console's own pages. Open ${env().CONSOLE_URL} and try again.`,
    );
  }
}
