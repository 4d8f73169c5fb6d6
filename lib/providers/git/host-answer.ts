import { egressFetch } from "@/lib/egress";
import type { Host } from "@/lib/providers/provider";

const TIMEOUT_MS = 6_000;
const MOST_BYTES = 256 * 1024;

export type HostAnswer = { status: number; headers: Headers; body: unknown };

export type Ask = (path: string, headers?: Record<string, string>) => Promise<HostAnswer | null>;

/** For which path an application sets a cookie, by which it tells where it is installed; undefined where it sets none of that name. */
export function cookiePath(headers: Headers, name: string): string | undefined {
  const cookie = headers.getSetCookie().find((each) => each.startsWith(`${name}=`));
  const path = cookie && /;\s*path=([^;]*)/i.exec(cookie)?.[1]?.trim();
  return path === undefined || path === "/" ? path : path.replace(/\/$/, "");
}

/** A text in an answer's body; empty where there is none. */
export function textIn(body: unknown, key: string): string {
  const value =
    typeof body === "object" && body !== null ? (body as Record<string, unknown>)[key] : undefined;
  return typeof value === "string" ? value : "";
}

/** Asks a host's API for one thing. Null for whatever kept it from answering: these questions are asked on the side. */
export async function askHost(
  host: Host,
  path: string,
  headers: Record<string, string> = {},
): Promise<HostAnswer | null> {
  try {
    const answer = await egressFetch(host.origin + path, {
      allow: "public",
      ca: host.caCertificate ?? undefined,
      headers: { accept: "application/json", "user-agent": "skytells-console", ...headers },
      timeoutMs: TIMEOUT_MS,
      maxBytes: MOST_BYTES,
    });
    return { status: answer.status, headers: answer.headers, body: parse(await answer.text()) };
  } catch {
    return null;
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
