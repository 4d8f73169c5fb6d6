import { env } from "@/lib/env";

/** Where a site is seen: its own host name below SITES_DOMAIN, or below SITES_URL behind a proxy. Never a path of the console. */
export function siteUrl(host: string): string {
  const { SITES_URL, SITES_DOMAIN, SITES_PORT } = env();
  if (!SITES_URL) return `http://${host}.${SITES_DOMAIN}:${SITES_PORT}`;
  const outside = new URL(SITES_URL);
  return `${outside.protocol}//${host}.${outside.host}`;
}
