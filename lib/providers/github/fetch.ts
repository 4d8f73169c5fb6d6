import { egressFetch } from "@/lib/egress";

export type Limits = { timeoutMs: number; maxBytes: number };

const MEBIBYTE = 1024 * 1024;
/** A page of a hundred repositories is half a megabyte. */
export const API_LIMITS: Limits = { timeoutMs: 15_000, maxBytes: 8 * MEBIBYTE };
export const TOKEN_LIMITS: Limits = { timeoutMs: 10_000, maxBytes: 64 * 1024 };

const WITHOUT_BODY = new Set([204, 205, 304]);

/**
 * `fetch` towards a provider instance: through lib/egress, capped in time and size, redirects handed back unfollowed.
 * The body is read whole before the answer is given, so that a connection cut half-way fails here and nowhere else.
 */
export function providerFetch(limits: Limits) {
  return async (url: string | URL, init: RequestInit = {}): Promise<Response> => {
    const answer = await egressFetch(String(url), {
      method: init.method ?? "GET",
      headers: plainHeaders(init.headers),
      ...(init.body ? { body: String(init.body) } : {}),
      ...(init.signal ? { signal: init.signal } : {}),
      redirect: "manual",
      allow: "instance",
      ...limits,
    });
    const body = WITHOUT_BODY.has(answer.status) ? null : await answer.text();
    return new Response(body, { status: answer.status, headers: [...answer.headers] as [string, string][] });
  };
}

function plainHeaders(headers: RequestInit["headers"]): Record<string, string> {
  return Object.fromEntries(new Headers(headers));
}
