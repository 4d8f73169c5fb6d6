import { connect, type DetailedPeerCertificate, type TLSSocket } from "node:tls";
import type { Allow } from "@/lib/egress/policy";
import { portOf } from "@/lib/egress/policy";
import { checkedAddresses, type Guard } from "@/lib/egress/resolve";

const TIMEOUT_MS = 8_000;

/** What a server's certificate says of itself. Nothing of it is verified: for telling people why it was not trusted. */
export type ShownCertificate = {
  issuer: string;
  /** Nobody but itself vouches for it. */
  isSelfSigned: boolean;
  names: string;
  validFrom: Date | null;
  validTo: Date | null;
};

/**
 * Looks at a server's certificate: a handshake with an address that was checked, then the connection is closed without a byte having
 * been sent over it. Null when there is none to be had.
 */
export async function readCertificate(
  url: URL,
  allow: Allow,
  guard: Guard,
): Promise<ShownCertificate | null> {
  const { hostname } = url;
  const port = portOf(url);
  const [to] = await checkedAddresses({ hostname, port, isPlain: false }, allow, guard);
  if (!to) return null;
  const isName = /[a-z]/i.test(hostname) && !hostname.startsWith("[");
  const socket = connect({
    host: to.address,
    port,
    rejectUnauthorized: false,
    ...(isName ? { servername: hostname } : {}),
  });
  try {
    await handshake(socket);
    return describe(socket.getPeerCertificate(true));
  } catch {
    return null;
  } finally {
    socket.destroy();
  }
}

function handshake(socket: TLSSocket): Promise<void> {
  return new Promise<void>((resolve, reject) => {
    // For the whole of it: a handshake that comes byte by byte is never idle.
    const timer = setTimeout(() => reject(new Error("timeout")), TIMEOUT_MS);
    socket.once("close", () => clearTimeout(timer));
    socket.once("secureConnect", resolve);
    socket.once("error", reject);
  });
}

function describe(leaf: DetailedPeerCertificate): ShownCertificate | null {
  if (!leaf.raw) return null;
  const top = topOf(leaf);
  const { issuer } = top;
  const named = issuer.CN ?? issuer.O ?? "";
  return {
    issuer: clean([named].flat().join(" ")),
    isSelfSigned: top === leaf && leaf.issuerCertificate === leaf,
    names: clean(leaf.subjectaltname?.replaceAll(/(?:DNS|IP Address):/g, "") ?? ""),
    validFrom: dateOf(leaf.valid_from),
    validTo: dateOf(leaf.valid_to),
  };
}

/** Whoever makes a certificate may write anything there. */
function dateOf(text: string): Date | null {
  const date = new Date(text);
  return Number.isNaN(date.getTime()) ? null : date;
}

/** The last certificate that was sent, whose issuer is the one to trust. */
function topOf(leaf: DetailedPeerCertificate): DetailedPeerCertificate {
  let top = leaf;
  for (let steps = 0; steps < 10 && top.issuerCertificate && top.issuerCertificate !== top; steps++) {
    top = top.issuerCertificate;
  }
  return top;
}

/** A stranger's words, shown to people: one short line. */
const clean = (text: string): string =>
  text
    .replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, " ")
    .trim()
    .slice(0, 120);
