import ipaddr from "ipaddr.js";

export type Address = ipaddr.IPv4 | ipaddr.IPv6;

/**
 * What an address is to us:
 * - `public`: a host of the internet;
 * - `loopback`, `private`: this machine; its own networks (private, unique local, shared);
 * - `metadata`: where a cloud hands out credentials; never allowed, by nobody;
 * - `embedded`: an IPv4 address in IPv6 clothing (mapped, compatible, NAT64, 6to4, Teredo …);
 * - `special`: everything else that is no ordinary host.
 */
export type AddressKind = "public" | "loopback" | "private" | "metadata" | "embedded" | "special";

type Network = [Address, number];
const networks = (...texts: string[]): Network[] => texts.map((text) => ipaddr.parseCIDR(text));

/** Amazon, Google, Azure, Alibaba, Oracle: instance metadata and the credentials of containers. */
const METADATA = networks(
  "169.254.169.254/32",
  "169.254.170.2/32",
  "169.254.170.23/32",
  "100.100.100.200/32",
  "168.63.129.16/32",
  "192.0.0.192/32",
  "fd00:ec2::254/128",
  "fd00:ec2::23/128",
  "fd20:ce::254/128",
);

const LOOPBACK = networks("127.0.0.0/8", "::1/128");
const PRIVATE = networks("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7");

type Embedding = { network: Network; positions: readonly (readonly number[])[] };
const embedding = (text: string, ...positions: number[][]): Embedding => ({
  network: ipaddr.parseCIDR(text),
  positions,
});

/** Where each scheme keeps its IPv4 address, by byte. Teredo's client (12 to 15) is stored inverted, see `embeddedIPv4`. */
const EMBEDDINGS: readonly Embedding[] = [
  embedding("::ffff:0:0/96", [12, 13, 14, 15]), // mapped, RFC 4291
  embedding("::ffff:0:0:0/96", [12, 13, 14, 15]), // translated, RFC 2765
  embedding("::/96", [12, 13, 14, 15]), // compatible, RFC 4291
  embedding("64:ff9b::/96", [12, 13, 14, 15]), // NAT64, RFC 6052
  embedding("64:ff9b:1::/48", [6, 7, 9, 10], [7, 9, 10, 11], [9, 10, 11, 12], [12, 13, 14, 15]), // RFC 8215
  embedding("2002::/16", [2, 3, 4, 5]), // 6to4, RFC 3056
  embedding("2001::/32", [4, 5, 6, 7], [12, 13, 14, 15]), // Teredo, RFC 4380
];
const TEREDO = networks("2001::/32");
const ISATAP_POSITIONS = [[12, 13, 14, 15]];

/** The registries of special-purpose addresses [IANA, RFC 6890 and later], where ipaddr.js says nothing or too little. */
const SPECIAL = networks(
  "0.0.0.0/8",
  "169.254.0.0/16",
  "192.0.0.0/24",
  "192.0.2.0/24",
  "192.31.196.0/24",
  "192.52.193.0/24",
  "192.88.99.0/24",
  "192.175.48.0/24",
  "198.18.0.0/15",
  "198.51.100.0/24",
  "203.0.113.0/24",
  "224.0.0.0/4",
  "240.0.0.0/4",
  "2001::/23",
  "2001:db8::/32",
  "2620:4f:8000::/48",
  "3fff::/20",
);

/** The only part of IPv6 that is handed out to hosts [IANA, "IPv6 Global Unicast"]. */
const GLOBAL_UNICAST = networks("2000::/3");

/** An address of a textual form that the system's resolver gives; null for anything else. */
export function parseAddress(text: string): Address | null {
  if (text.includes("%") || !(ipaddr.IPv6.isValid(text) || ipaddr.IPv4.isValidFourPartDecimal(text)))
    return null;
  return ipaddr.parse(text);
}

export const isWithin = (address: Address, list: readonly Network[]): boolean =>
  list.some(
    ([network, bits]) => network.kind() === address.kind() && address.match([network, bits] as never),
  );

/** Says what an address is. Whatever is not known to be public is not. */
export function kindOf(address: Address): AddressKind {
  const inner = embeddedIPv4(address);
  if ([address, ...inner].some((one) => isWithin(one, METADATA))) return "metadata";
  if (isWithin(address, LOOPBACK)) return "loopback";
  if (isWithin(address, PRIVATE)) return "private";
  if (inner.length > 0) return "embedded";
  return isPublic(address) ? "public" : "special";
}

function isPublic(address: Address): boolean {
  if (isWithin(address, SPECIAL) || address.range() !== "unicast") return false;
  return address.kind() === "ipv4" || isWithin(address, GLOBAL_UNICAST);
}

/** The IPv4 addresses that an IPv6 address may lead to by one of the schemes; none for an ordinary one. */
export function embeddedIPv4(address: Address): ipaddr.IPv4[] {
  if (address.kind() === "ipv4") return [];
  const bytes = address.toByteArray();
  const found = EMBEDDINGS.find(({ network }) => isWithin(address, [network]));
  const positions = found?.positions ?? (isIsatap(bytes) ? ISATAP_POSITIONS : []);
  const inner = positions.map((four) => new ipaddr.IPv4(four.map((position) => bytes[position] ?? 0)));
  if (!isWithin(address, TEREDO)) return inner;
  return [...inner, new ipaddr.IPv4(bytes.slice(12).map((byte) => byte ^ 0xff))];
}

/** RFC 5214: an interface identifier `0:5efe` or `200:5efe` with an IPv4 address behind it, whatever the prefix. */
function isIsatap(bytes: readonly number[]): boolean {
  const [a, b, c, d] = bytes.slice(8, 12);
  return (a === 0 || a === 2) && b === 0 && c === 0x5e && d === 0xfe;
}
