import { egressFetch } from "@/lib/egress";

export type Limits = { timeoutMs: number; maxBytes: number };

const MEBIBYTE = 1024 * 1024;
/** A page of a hundred repositories is half a megabyte. */
export const API_LIMITS: Limits = { timeoutMs: 15_000, maxBytes: 8 * MEBIBYTE };
export const TOKEN_LIMITS: Limits = { timeoutMs: 10_000, maxBytes: 64 * 1024 };

/**
 * `fetch` towards one address of a provider instance, as the libraries want it: through lib/egress, which may go to a private
 * network for exactly the configured origin, capped in time and size, redirects handed back unfollowed.
 */
export function providerFetch(configured: string, limits: Limits) {
  const { origin } = new URL(configured);
  return (url: string | URL, init: RequestInit = {}): Promise<Response> =>
    egressFetch(url, {
      method: init.method ?? "GET",
      headers: Object.fromEntries(new Headers(init.headers)),
      ...(init.body ? { body: String(init.body) } : {}),
      ...(init.signal ? { signal: init.signal } : {}),
      allow: { kind: "instance", origin },
      ...limits,
    });
}
