import type { IncomingMessage } from "node:http";
import type { Visitor } from "@/lib/auth/sessions";
import { clientAddress, parseTrustedProxies } from "@/lib/client-address";
import { env } from "@/lib/env";

const HEADER = "x-client-address";
let trusted: ReturnType<typeof parseTrustedProxies> | undefined;

/** Who calls, from the connection itself and from what trusted proxies say of it. */
export function callerAddress(request: IncomingMessage): string | null {
  trusted ??= parseTrustedProxies(env().TRUST_PROXY);
  const forwarded = request.headers["x-forwarded-for"];
  const chain = Array.isArray(forwarded) ? forwarded.join(",") : forwarded;
  return clientAddress(request.socket.remoteAddress, chain, trusted);
}

/**
 * Writes who calls into the request's own header, over whatever the caller wrote there: pages and actions cannot see the
 * connection. The web server calls this first of all.
 */
export function stampClientAddress(request: IncomingMessage): void {
  const address = callerAddress(request);
  if (address) request.headers[HEADER] = address;
  else delete request.headers[HEADER];
}

/** Address and browser of the current request. */
export async function currentVisitor(): Promise<Visitor> {
  const { headers } = await import("next/headers");
  const list = await headers();
  return { address: list.get(HEADER), userAgent: list.get("user-agent") };
}

/** The address that the current request came from; null where nothing stands before Next that knows. */
export const requestAddress = async (): Promise<string | null> => (await currentVisitor()).address;
