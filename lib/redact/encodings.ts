/** Secrets shorter than this are not looked for: they would blacken ordinary text. */
export const SHORTEST_SECRET = 6;

/** The texts by which a secret appears: as it is, escaped in JSON, url-encoded, as hex. */
export function literalNeedles(secret: string): string[] {
  const hex = Buffer.from(secret, "utf8").toString("hex");
  const escaped = JSON.stringify(secret).slice(1, -1);
  return longEnough([secret, escaped, ...urlEncodings(secret), hex, hex.toUpperCase()]);
}

/**
 * How a secret appears inside base64 of anything, `Basic …` with any user included: each of the three alignments leaves a core
 * that does not depend on its neighbours.
 */
export function base64Cores(secret: string): string[] {
  const bytes = Buffer.from(secret, "utf8");
  return longEnough([0, 1, 2].flatMap((offset) => base64Core(bytes, offset)));
}

const longEnough = (needles: readonly string[]): string[] =>
  [...new Set(needles)].filter((needle) => needle.length >= SHORTEST_SECRET);

/** As addresses and forms have it (a form's space is a plus), and as stricter encoders do; in capitals and in small letters. */
function urlEncodings(secret: string): string[] {
  const wellFormed = secret.replace(LONE_SURROGATE, "\ufffd");
  const address = encodeURIComponent(wellFormed);
  const strict = address.replace(/[!'()*~]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
  const form = new URLSearchParams([["", wellFormed]]).toString().slice(1);
  const capitals = [address, strict, form];
  return [
    ...capitals,
    ...capitals.map((text) => text.replace(/%[0-9A-F]{2}/g, (byte) => byte.toLowerCase())),
  ];
}

const LONE_SURROGATE = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/** The characters of base64 that only the secret decides when `offset` bytes of something else stand before it. */
function base64Core(bytes: Buffer, offset: number): string[] {
  const text = Buffer.concat([Buffer.alloc(offset), bytes]).toString("base64");
  const first = Math.ceil((offset * 8) / 6);
  const last = Math.floor(((offset + bytes.length) * 8) / 6);
  const core = text.slice(first, last);
  return [core, core.replaceAll("+", "-").replaceAll("/", "_")];
}
