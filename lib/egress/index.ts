import type { Socket } from "node:net";
import { parseAllowList } from "@/lib/egress/allow-list";
import { createFetch, type EgressFetch } from "@/lib/egress/fetch";
import { openSocketTo } from "@/lib/egress/open-socket";
import type { Allow } from "@/lib/egress/policy";
import { readCertificate as lookAtCertificate, type ShownCertificate } from "@/lib/egress/read-certificate";
import { listenForRegistry, type RegistryProxy } from "@/lib/egress/registry-proxy";
import { checkedAddresses, type Guard, type ResolvedAddress, systemResolver } from "@/lib/egress/resolve";
import { env } from "@/lib/env";

export { type EgressDetail, EgressError, type EgressErrorKind } from "@/lib/egress/error";
export type { EgressInit } from "@/lib/egress/fetch";
export type { Allow } from "@/lib/egress/policy";
export type { ShownCertificate } from "@/lib/egress/read-certificate";
export type { RegistryProxy } from "@/lib/egress/registry-proxy";
export type { ResolvedAddress } from "@/lib/egress/resolve";

// Next bundles pages, actions and handlers apart: one set of connections for a process has to live outside of modules.
const KEY = Symbol.for("skytells.console.egress");
type Egress = { guard: Guard; fetch: EgressFetch };
const globals = globalThis as unknown as Record<symbol, Egress | undefined>;

function egress(): Egress {
  const existing = globals[KEY];
  if (existing) return existing;
  const guard = { resolver: systemResolver, ranges: parseAllowList(env().EGRESS_ALLOW) };
  const made = { guard, fetch: createFetch(guard) };
  globals[KEY] = made;
  return made;
}

/**
 * The one way out over HTTP. Checks every address that the host has before it connects to one of them, follows no redirect
 * (the 3xx is the answer), and gives up after `timeoutMs` or `maxBytes`. The body has been read whole, so that a connection cut
 * half-way fails here. Throws `EgressError`, with one sentence for everything; an abort of `signal` throws its reason.
 */
export const egressFetch: EgressFetch = (url, init) => egress().fetch(url, init);

/** What the certificate of a host that was not trusted says of itself; null when there is none to be had. Sends nothing. */
export const readCertificate = (url: URL, allow: Allow): Promise<ShownCertificate | null> =>
  lookAtCertificate(url, allow, egress().guard);

/**
 * An address of a host that git may be pinned to (`http.curloptResolve`), after the same checks. With an `instance` whose origin
 * is plain http, only loopback. Throws `EgressError`.
 */
export async function resolveAllowed(hostname: string, port: number, allow: Allow): Promise<ResolvedAddress> {
  const isPlain = allow !== "public" && new URL(allow.origin).protocol === "http:";
  const [first] = await checkedAddresses({ hostname, port, isPlain }, allow, egress().guard);
  if (!first) throw new Error("checkedAddresses gives at least one address");
  return first;
}

/**
 * A connection to the instance admin's own mail server, which may be on this machine or in a private network; never at metadata. What
 * is not going to be encrypted (`isPlain`) stays on this machine. Throws `EgressError`.
 */
export async function openMailSocket(hostname: string, port: number, isPlain: boolean): Promise<Socket> {
  const origin = `${isPlain ? "http" : "https"}://${hostname}:${port}`;
  const to = { hostname, port, isPlain };
  const [first] = await checkedAddresses(to, { kind: "instance", origin }, egress().guard);
  if (!first) throw new Error("checkedAddresses gives at least one address");
  return openSocketTo(first, port);
}

/**
 * Opens a proxy on a unix socket that leads to one origin, the package registry: the only way out of a build's sandbox. The
 * registry is what whoever runs this machine configured (npm itself goes there), so it may live anywhere but at metadata.
 */
export function openRegistryProxy(registry: string, onUnreachable: () => void): Promise<RegistryProxy> {
  const target = new URL(registry);
  const { hostname } = target;
  const port = Number(target.port) || (target.protocol === "http:" ? 80 : 443);
  const guard: Guard = { resolver: systemResolver, ranges: parseAllowList("0.0.0.0/0, ::/0") };
  const connect = async () => {
    const [first] = await checkedAddresses({ hostname, port, isPlain: false }, "public", guard);
    if (!first) throw new Error("checkedAddresses gives at least one address");
    return openSocketTo(first, port);
  };
  return listenForRegistry({ target, connect, onUnreachable });
}

export { usualRoots } from "@/lib/egress/usual-roots";
