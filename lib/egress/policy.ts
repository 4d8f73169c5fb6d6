import { type Address, embeddedIPv4, kindOf, parseAddress } from "@/lib/egress/address";
import { type AllowedRange, isListed } from "@/lib/egress/allow-list";

/**
 * Where a connection may lead:
 * - `"public"`: hosts of the internet, over https;
 * - `instance`: additionally, for exactly the origin that an instance admin configured, this machine and private networks;
 *   plain http on loopback only.
 */
export type Allow = "public" | { kind: "instance"; origin: string };

/** What one connection asks for. */
export type Destination = { hostname: string; port: number; isPlain: boolean };

/** `Allow`, decided for one destination: is it the configured origin? */
export type Rule = "public" | "instance";

/** The rule for a destination. Another scheme, host or port than the configured one is anybody's. */
export function ruleFor({ hostname, port, isPlain }: Destination, allow: Allow): Rule {
  if (allow === "public") return "public";
  const origin = new URL(allow.origin);
  const same =
    origin.hostname === hostname && portOf(origin) === port && (origin.protocol === "http:") === isPlain;
  return same ? "instance" : "public";
}

export const portOf = (url: URL): number => Number(url.port || (url.protocol === "http:" ? 80 : 443));

/** May a connection be made to this address? Metadata never; what is not public only by rule or by EGRESS_ALLOW. */
export function isAllowed(
  text: string,
  to: Destination,
  rule: Rule,
  ranges: readonly AllowedRange[],
): boolean {
  const address = parseAddress(text);
  if (!address) return false;
  return to.isPlain
    ? rule === "instance" && kindOf(address) === "loopback"
    : isAllowedAddress(address, to.port, rule, ranges);
}

function isAllowedAddress(
  address: Address,
  port: number,
  rule: Rule,
  ranges: readonly AllowedRange[],
): boolean {
  switch (kindOf(address)) {
    case "public":
      return true;
    case "metadata":
      return false;
    case "loopback":
    case "private":
      return rule === "instance" || isListed(address, port, ranges);
    case "special":
      return isListed(address, port, ranges);
    case "embedded":
      // Naming the outer network (NAT64, say) opens no inner address that would not be open by itself.
      return (
        isListed(address, port, ranges) &&
        embeddedIPv4(address).every((inner) => isAllowedAddress(inner, port, "public", ranges))
      );
  }
}
