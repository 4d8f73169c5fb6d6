import type { IncomingMessage } from "node:http";
import { env } from "@/lib/env";

const LOOPBACK = /^(127\.0\.0\.1|\[::1\])(:\d+)?$/;

/**
 * Where a page is read that was asked for under `127.0.0.1` while the console is `localhost`: the same machine, but another site
 * to the browser, so that signing in there could not work. Null for everything else; behind a reverse proxy any name may arrive.
 * (Here and not in proxy.ts: Next takes both names for one and would send the browser in a circle.)
 */
export function canonicalAddress({ method, url, headers }: IncomingMessage): string | null {
  const console = new URL(env().CONSOLE_URL);
  const isPage = (method === "GET" || method === "HEAD") && url?.startsWith("/") && !url.startsWith("/api/");
  if (!isPage || console.hostname !== "localhost" || !LOOPBACK.test(headers.host ?? "")) return null;
  return `${console.origin}${url}`;
}
