import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import type { Secret } from "@/lib/secret";

const HEX = /^[0-9a-f]{64}$/;
const ID = /^[\w.:{}-]{1,100}$/;
const EVENT = /^[\w.:-][\w .:-]{0,59}$/;

/** Every value that a header was sent with: Node joins doubled ones, so look at what was received. */
export const valuesOf = (rawHeaders: readonly string[], name: string): string[] =>
  rawHeaders.filter((_, i) => i % 2 === 1 && rawHeaders[i - 1]?.toLowerCase() === name);

/** The header's value when it was sent exactly once. */
export function onlyValue(rawHeaders: readonly string[], name: string): string | null {
  const values = valuesOf(rawHeaders, name);
  return values.length === 1 ? (values[0] ?? null) : null;
}

/** Whether this is the HMAC-SHA256 of these bytes, in lower-case hex. In constant time. */
export function isHexHmac(given: string | null | undefined, body: Buffer, secret: Secret): boolean {
  if (!given || !HEX.test(given)) return false;
  const expected = createHmac("sha256", secret.reveal()).update(body).digest();
  return timingSafeEqual(expected, Buffer.from(given, "hex"));
}

/** Whether two texts are the same, in a time that says nothing of where they differ, nor of their lengths. */
export function isSameText(given: string, expected: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}

const HASH_DIGITS = 40;
/** For hosts that do not number their calls: the same bytes are the same call. */
export const idOfBody = (body: Buffer): string =>
  `body-${createHash("sha256").update(body).digest("hex").slice(0, HASH_DIGITS)}`;

/** A header that can be stored and shown as an id; null when it is missing or of another form. */
export function idIn(headers: IncomingHttpHeaders, name: string): string | null {
  const value = headers[name];
  return typeof value === "string" && ID.test(value) ? value : null;
}

/** The event's name in a header; null when it is missing or of another form. */
export function eventIn(headers: IncomingHttpHeaders, name: string): string | null {
  const value = headers[name];
  return typeof value === "string" && EVENT.test(value) ? value : null;
}
