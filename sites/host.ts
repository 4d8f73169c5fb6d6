import { env } from "@/lib/env";

/** The domain below which every site has its name, as seen from outside. */
function sitesDomain(): string {
  const { SITES_URL, SITES_DOMAIN } = env();
  return (SITES_URL ? new URL(SITES_URL).hostname : SITES_DOMAIN).toLowerCase();
}

const LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

/** The first label of a request's host, null when the host is none of ours. The port does not matter behind a proxy. */
export function siteLabel(host: string | undefined): string | null {
  const name = (host ?? "").toLowerCase().replace(/:\d+$/, "").replace(/\.$/, "");
  const domain = `.${sitesDomain()}`;
  if (!name.endsWith(domain)) return null;
  const label = name.slice(0, -domain.length);
  return LABEL.test(label) ? label : null;
}
