import ipaddr from "ipaddr.js";

/** Why an address cannot be a provider instance's; null when it can. */
export function addressProblem(text: string): string | null {
  const url = parse(text);
  if (!url) return "Enter an address such as https://github.example.com.";
  if (url.username || url.password) return "Leave user name and password out of the address.";
  if (url.search || url.hash) return "Leave out what follows ? or #.";
  if (url.protocol === "https:") return null;
  if (url.protocol !== "http:") return "The address has to begin with https://.";
  return isLoopback(url.hostname) ? null : "Plain http is accepted on this machine only. Use https.";
}

/** The address in one form: no trailing slash, host in lower case, default port left out. Call after `addressProblem`. */
export function normalizeAddress(text: string): string {
  const url = new URL(text.trim());
  return `${url.origin}${url.pathname.replace(/\/+$/, "")}`;
}

function parse(text: string): URL | null {
  try {
    return new URL(text.trim());
  } catch {
    return null;
  }
}

/** `localhost` and literal loopback addresses: known without asking a name server. */
export function isLoopback(hostname: string): boolean {
  const host = hostname.replace(/^\[|\]$/g, "");
  if (host === "localhost" || host.endsWith(".localhost")) return true;
  return ipaddr.isValid(host) && ipaddr.process(host).range() === "loopback";
}
