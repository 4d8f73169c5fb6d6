import { lookup } from "node:dns/promises";
import { isIP } from "node:net";
import type { AllowedRange } from "@/lib/egress/allow-list";
import { EgressError } from "@/lib/egress/error";
import { type Allow, type Destination, isAllowed, ruleFor } from "@/lib/egress/policy";

export type ResolvedAddress = { address: string; family: 4 | 6 };

/** All addresses of a host name, best first. */
export type Resolver = (hostname: string) => Promise<readonly ResolvedAddress[]>;

/** The system's resolver: /etc/hosts, search domains and all, as any program of this machine sees it. */
export const systemResolver: Resolver = async (hostname) => {
  const found = await lookup(hostname, { all: true });
  return found.map(({ address, family }) => ({ address, family: family === 6 ? 6 : 4 }));
};

/** What the checks need besides the destination. */
export type Guard = { resolver: Resolver; ranges: readonly AllowedRange[] };

/**
 * The addresses of a destination, every one of them allowed: one that is not closes the name, since nobody says which one would
 * be taken. Throws `EgressError`.
 */
export async function checkedAddresses(
  to: Destination,
  allow: Allow,
  guard: Guard,
): Promise<ResolvedAddress[]> {
  const rule = ruleFor(to, allow);
  const found = await addressesOf(to.hostname, guard.resolver);
  const refused = found.find(({ address }) => !isAllowed(address, to, rule, guard.ranges));
  if (refused)
    throw new EgressError(
      "unreachable",
      new Error(`blocked: ${refused.address} for ${to.hostname}`),
      "blocked",
    );
  if (found.length === 0) throw unresolved(new Error(`no address: ${to.hostname}`));
  return found;
}

async function addressesOf(hostname: string, resolver: Resolver): Promise<ResolvedAddress[]> {
  const literal = hostname.replace(/^\[(.*)\]$/, "$1");
  const family = isIP(literal);
  if (family !== 0) return [{ address: literal, family: family === 6 ? 6 : 4 }];
  try {
    return [...(await resolver(hostname))];
  } catch (error) {
    throw unresolved(error);
  }
}

const unresolved = (cause: unknown) => new EgressError("unreachable", cause, "unresolved");
