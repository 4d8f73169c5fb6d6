import type { Secret } from "@/lib/secret";

/**
 * Where a repository is read from and as whom. Name and token reach git through the credential helper alone; null: anybody may
 * read it. `ca`: PEM, trusted besides the usual roots.
 */
export type Remote = {
  url: string;
  user: string;
  token: Secret | null;
  pin: string | null;
  ca: string | null;
};

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;
const CONTROL = /%(0[0-9a-f]|1[0-9a-f]|7f)/i;

/**
 * Rebuilds a clone address from its parts. Null unless it lives on the provider instance's own origin (the token belongs to
 * nobody else), at or below the integration's path, and says nothing but scheme, host and path; plain http only on loopback.
 */
export function parseCloneUrl(text: string, instanceOrigin: string, pathPrefix = ""): URL | null {
  if (/[\\\s]/.test(text) || hasControl(text) || CONTROL.test(text) || !URL.canParse(text)) return null;
  const url = new URL(text);
  const isSecure = url.protocol === "https:" || (url.protocol === "http:" && LOOPBACK.test(url.hostname));
  const isBare = url.username === "" && url.password === "" && url.search === "" && url.hash === "";
  if (!isSecure || !isBare || url.origin !== new URL(instanceOrigin).origin) return null;
  const isBelow =
    [pathPrefix, `${pathPrefix}.git`].includes(url.pathname) || url.pathname.startsWith(`${pathPrefix}/`);
  return isBelow && url.pathname.length > 1 ? new URL(url.origin + url.pathname) : null;
}

const hasControl = (text: string): boolean =>
  [...text].some((character) => {
    const code = character.codePointAt(0) ?? 0;
    return code < 32 || code === 127;
  });

export const portOf = (url: URL): number => Number(url.port) || (url.protocol === "https:" ? 443 : 80);

/** `host:port:address`: git connects to the address that the egress check saw, whatever the name says a moment later. */
export function pinOf(url: URL, address: string, family: number): string {
  const literal = family === 6 ? `[${address}]` : address;
  return `${url.hostname}:${portOf(url)}:${literal}`;
}
