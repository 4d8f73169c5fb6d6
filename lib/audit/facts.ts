import { redactText } from "@/lib/redact";

export type Facts = Record<string, unknown>;
export type Json = null | boolean | number | string | Json[] | JsonObject;
export type JsonObject = { [key: string]: Json };

const LONE_SURROGATE = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/**
 * Text as PostgreSQL gives it back (no NUL, no half characters), and without the secrets that this process knows: odd input must
 * neither stop a change from being recorded nor make its row look edited.
 */
export const cleanText = (text: string): string =>
  redactText(text).replaceAll("\0", "\ufffd").replace(LONE_SURROGATE, "\ufffd");

/**
 * Facts as plain JSON with cleaned texts and keys in order. Throws a TypeError for anything that is not plain data: a class
 * instance such as a `Secret`, a function, a bigint, NaN, a cycle.
 */
export const toJson = (facts: Facts): JsonObject => {
  const json = plain(facts, []);
  if (json === null || typeof json !== "object" || Array.isArray(json)) throw refused("facts");
  return json;
};

/** One text for equal values, whatever the order of their keys: what is hashed. */
export function canonical(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${canonical(item)}`).join(",")}}`;
}

function plain(value: unknown, above: readonly object[]): Json {
  if (value === null || typeof value === "boolean") return value;
  if (typeof value === "string") return cleanText(value);
  // PostgreSQL's numbers know no minus zero.
  if (typeof value === "number" && Number.isFinite(value)) return value === 0 ? 0 : value;
  if (value instanceof Date) return value.toISOString();
  if (typeof value !== "object" || above.includes(value)) throw refused(typeof value);
  const path = [...above, value];
  if (Array.isArray(value)) return value.map((item) => plain(item, path));
  return plainObject(value, path);
}

function plainObject(value: object, path: readonly object[]): Json {
  const prototype = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null)
    throw refused(value.constructor?.name ?? "object");
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  const sorted = entries
    .map(([key, item]) => [cleanText(key), plain(item, path)] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(sorted);
}

const refused = (what: string) =>
  new TypeError(
    `An audit event takes plain data only, and was given: ${what}. Record a fingerprint, never a secret.`,
  );
