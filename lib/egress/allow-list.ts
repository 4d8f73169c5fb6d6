import ipaddr from "ipaddr.js";
import { type Address, isWithin } from "@/lib/egress/address";

/** A network that Git hosts may live in, and the one port there, if only one was named. */
export type AllowedRange = { network: [Address, number]; port: number | null };

/**
 * Reads EGRESS_ALLOW: networks separated by commas, each with an optional port, `10.1.0.0/16:443, [fd12::/16]:8443, 10.2.0.7`.
 * Throws with the entry that cannot be read.
 */
export function parseAllowList(setting: string | undefined): AllowedRange[] {
  const entries = (setting ?? "").split(",").map((entry) => entry.trim());
  return entries.filter((entry) => entry !== "").map(parseEntry);
}

export const isListed = (address: Address, port: number, ranges: readonly AllowedRange[]): boolean =>
  ranges.some((range) => (range.port === null || range.port === port) && isWithin(address, [range.network]));

function parseEntry(entry: string): AllowedRange {
  const [, bracketed, plain, portText] = /^(?:\[([^\]]+)\]|([^[\]]+?))(?::(\d{1,5}))?$/.exec(entry) ?? [];
  // Without brackets a second colon is part of an IPv6 network.
  const isBareIPv6 = plain !== undefined && entry.split(":").length > 2;
  const text = isBareIPv6 ? entry : (bracketed ?? plain);
  const port = isBareIPv6 || portText === undefined ? null : Number(portText);
  const network = text === undefined ? null : parseNetwork(text);
  if (!network || (port !== null && (port < 1 || port > 65_535))) throw unreadable(entry);
  return { network, port };
}

function parseNetwork(text: string): [Address, number] | null {
  const [host = "", bits, more] = text.split("/");
  const isAddress =
    ipaddr.IPv4.isValidFourPartDecimal(host) || (ipaddr.IPv6.isValid(host) && !host.includes("%"));
  if (!isAddress || more !== undefined || (bits !== undefined && !/^\d{1,3}$/.test(bits))) return null;
  const address = ipaddr.parse(host);
  const longest = address.kind() === "ipv4" ? 32 : 128;
  const length = bits === undefined ? longest : Number(bits);
  return length <= longest ? [address, length] : null;
}

const unreadable = (entry: string) =>
  new Error(
    `EGRESS_ALLOW: "${entry}" is not a network. Write it as 10.1.0.0/16, 10.1.0.0/16:443 or [fd12::/16]:443.`,
  );
