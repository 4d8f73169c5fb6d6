import { isIP } from "node:net";
import ipaddr from "ipaddr.js";

type Range = [ipaddr.IPv4 | ipaddr.IPv6, number];

/**
 * The proxies named by TRUST_PROXY: addresses, ranges, or `loopback`, separated by commas. Throws on anything else, so that a
 * typing error does not silently trust nobody.
 */
export function parseTrustedProxies(text: string | undefined): Range[] {
  const parts = (text ?? "").split(",").map((part) => part.trim());
  return parts.filter((part) => part !== "").flatMap(parsePart);
}

function parsePart(part: string): Range[] {
  if (part === "loopback") return [ipaddr.parseCIDR("127.0.0.0/8"), ipaddr.parseCIDR("::1/128")];
  const [host = "", bits] = part.split("/");
  const full = isIP(host) === 4 ? 32 : 128;
  // The library alone would read "10.0.0" as an address, as C once did.
  if (isIP(host) === 0 || (bits !== undefined && !(/^\d{1,3}$/.test(bits) && Number(bits) <= full))) {
    throw new Error(`"${part}" is no address, range or "loopback".`);
  }
  return [[ipaddr.parse(host), bits === undefined ? full : Number(bits)]];
}

/**
 * Who really calls: the peer of the connection, unless that is a trusted proxy; then the nearest address of
 * `X-Forwarded-For` that is not one. What a caller writes further left is never believed.
 */
export function clientAddress(
  peer: string | undefined,
  forwardedFor: string | undefined,
  trusted: readonly Range[],
): string | null {
  const hops = (forwardedFor ?? "").split(",").map((hop) => hop.trim());
  let current = normalize(peer);
  while (current && isTrusted(current, trusted)) {
    const next = normalize(hops.pop());
    if (!next) break;
    current = next;
  }
  return current;
}

/** One text for one address: IPv4 even when mapped into IPv6, no zone, no port. Null when it is none. */
function normalize(text: string | undefined): string | null {
  const bare = (text ?? "").replace(/%.*$/, "").replace(/^\[([^\]]+)\](:\d+)?$/, "$1");
  const host = /^\d+\.\d+\.\d+\.\d+:\d+$/.test(bare) ? bare.replace(/:\d+$/, "") : bare;
  return isIP(host) === 0 ? null : ipaddr.process(host).toString();
}

function isTrusted(text: string, trusted: readonly Range[]): boolean {
  const address = ipaddr.process(text);
  return trusted.some(([network, bits]) => network.kind() === address.kind() && address.match(network, bits));
}

/** What attempts are counted under: one household or machine usually owns a whole /64 of IPv6. */
export function addressKey(address: string | null): string {
  if (!address || isIP(address) === 0) return "unknown";
  const parsed = ipaddr.process(address);
  if (parsed.kind() === "ipv4") return parsed.toString();
  return `${ipaddr.IPv6.networkAddressFromCIDR(`${parsed.toString()}/64`).toString()}/64`;
}
