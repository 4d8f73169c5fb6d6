import type { LookupFunction } from "node:net";
import { createSecureContext } from "node:tls";
import { buildConnector } from "undici";
import type { Allow, Destination } from "@/lib/egress/policy";
import { checkedAddresses, type Guard, type ResolvedAddress } from "@/lib/egress/resolve";
import { usualRoots } from "@/lib/egress/usual-roots";

const CONNECT_TIMEOUT_MS = 8_000;

/**
 * Opens sockets for undici: resolves, checks every address, then connects to one of exactly those. The name is still what TLS
 * verifies. Certificates are checked against Node's own roots and NODE_EXTRA_CA_CERTS, and `ca` where one is given.
 */
export function guardedConnector(allow: Allow, guard: Guard, ca?: string): buildConnector.connector {
  const trust = ca === undefined ? {} : { secureContext: createSecureContext({ ca: [usualRoots(), ca] }) };
  return (options, callback) => {
    const to = destinationOf(options);
    checkedAddresses(to, allow, guard).then(
      (addresses) => connectTo(addresses, trust)(options, callback),
      (error: Error) => callback(error, null),
    );
  };
}

function destinationOf({ hostname, port, protocol }: buildConnector.Options): Destination {
  const isPlain = protocol === "http:";
  return { hostname, port: Number(port) || (isPlain ? 80 : 443), isPlain };
}

const connectTo = (addresses: readonly ResolvedAddress[], trust: object) =>
  buildConnector({
    ...trust,
    timeout: CONNECT_TIMEOUT_MS,
    autoSelectFamily: true,
    lookup: answerWith(addresses),
  } as buildConnector.BuildOptions);

/** A resolver that knows only the addresses that were checked: nobody asks the name a second time. */
function answerWith(addresses: readonly ResolvedAddress[]): LookupFunction {
  return (_hostname, options, callback) => {
    const [first] = addresses;
    if (options.all) callback(null, [...addresses]);
    else callback(null, first?.address ?? "", first?.family);
  };
}
