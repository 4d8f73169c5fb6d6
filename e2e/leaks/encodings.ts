/** The forms in which a secret may turn up. */
export type Encoding = "plain" | "base64" | "base64url" | "basic" | "url" | "hex";
export type Needle = { encoding: Encoding; bytes: Buffer };

/** Shorter than this, and ordinary text would be taken for it. */
export const SHORTEST = 8;

/**
 * Every form in which a secret is looked for. Written without a look at lib/redact, whose work is judged here: a form that both
 * had forgotten would be found by nobody.
 */
export function needlesOf(secret: string | Buffer): Needle[] {
  const bytes = typeof secret === "string" ? Buffer.from(secret, "utf8") : secret;
  const text = bytes.toString("utf8");
  const isText = Buffer.from(text, "utf8").equals(bytes);
  const found = new Map<string, Needle>();
  const add = (encoding: Encoding, needle: Buffer | string) => {
    const wanted = Buffer.from(needle as string);
    const key = wanted.toString("latin1");
    if (wanted.length >= SHORTEST && !found.has(key)) found.set(key, { encoding, bytes: wanted });
  };
  add("plain", bytes);
  if (isText) for (const form of textForms(text)) add("plain", form);
  if (isText) for (const form of urlForms(text)) add("url", form);
  add("hex", bytes.toString("hex"));
  add("hex", bytes.toString("hex").toUpperCase());
  // Alone it is aligned; behind `user:` in a Basic header, or inside of anything, it may begin at any of three places.
  for (const offset of [0, 1, 2]) {
    const core = base64Core(bytes, offset);
    add(offset === 0 ? "base64" : "basic", core);
    add(offset === 0 ? "base64url" : "basic", core.replaceAll("+", "-").replaceAll("/", "_"));
  }
  return [...found.values()];
}

/** As JSON and HTML escape it. */
const textForms = (text: string): string[] => [
  JSON.stringify(text).slice(1, -1),
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;"),
];

/** As addresses and forms have it, in both spellings of the hex digits. */
function urlForms(text: string): string[] {
  const forms = [encodeURIComponent(text), new URLSearchParams([["", text]]).toString().slice(1)];
  return [...forms, ...forms.map((form) => form.replace(/%[0-9A-F]{2}/g, (byte) => byte.toLowerCase()))];
}

/** The characters of base64 that the secret alone decides, when `offset` bytes of something else stand before it. */
function base64Core(bytes: Buffer, offset: number): string {
  const text = Buffer.concat([Buffer.alloc(offset), bytes]).toString("base64");
  return text.slice(Math.ceil((offset * 8) / 6), Math.floor(((offset + bytes.length) * 8) / 6));
}
