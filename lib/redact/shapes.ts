import type { Span } from "@/lib/redact/matcher";

/**
 * What looks like a credential, known to us or not. The part to hide is the group `secret`, at the end of the match. None looks
 * behind itself, and none crosses a white space that `pendingContext` does not know: the stream redactor depends on both.
 */
type Shape = {
  /** One of these stands in every match: most texts are done with by looking for them. */
  words: readonly string[];
  pattern: RegExp;
  accepts?: (secret: string) => boolean;
};

const SHAPES: readonly Shape[] = [
  // GitHub's and GitLab's own prefixes.
  {
    words: ["gho_", "ghp_", "ghr_", "ghs_", "ghu_"],
    pattern: /(?<secret>gh[oprsu]_[A-Za-z0-9_]{16,255})/g,
  },
  { words: ["github_pat_"], pattern: /(?<secret>github_pat_[A-Za-z0-9_]{16,255})/g },
  { words: ["glpat-"], pattern: /(?<secret>glpat-[A-Za-z0-9_.-]{16,255})/g },
  // RFC 7617 and 6750, as a header of any scheme, or the credentials alone.
  {
    words: ["uthorization", "UTHORIZATION"],
    pattern:
      /[Aa](?:uthorization|UTHORIZATION)\\?["']?[ \t]{0,4}[:=][ \t]{0,4}\\?["']?(?:[A-Za-z]{1,16}[ \t]{1,4})?(?<secret>[^\s"'\\,;]{6,8192})/g,
  },
  {
    words: ["earer", "EARER"],
    pattern: /[Bb](?:earer|EARER)[ \t]{1,4}(?<secret>[A-Za-z0-9._~+/=-]{16,8192})/g,
    accepts: (secret) => /\d/.test(secret),
  },
  {
    words: ["asic", "ASIC"],
    pattern: /[Bb](?:asic|ASIC)[ \t]{1,4}(?<secret>[A-Za-z0-9+/_-]{6,8192}={0,2})/g,
    accepts: isUserAndPassword,
  },
  // RFC 3986, 3.2.1. The user `git` alone is how public addresses are written.
  { words: ["://"], pattern: /:\/\/(?!git@)(?<secret>[^\s/?#"'<>\\]{1,2048})(?=@)/g },
  // RFC 6749: what comes back in an address, and our own one-time links.
  {
    words: ["code=", "state=", "token=", "secret="],
    pattern:
      /[?&](?:code|state|token|access_token|refresh_token|client_secret)=(?<secret>[^\s&#"'<>\\]{16,2048})/g,
  },
];

/** The credentials that a text shows by their shape. */
export const findShapes = (text: string): Span[] =>
  SHAPES.flatMap((shape) => (shape.words.some((word) => text.includes(word)) ? spansOf(shape, text) : []));

function spansOf({ pattern, accepts }: Shape, text: string): Span[] {
  const spans: Span[] = [];
  for (const match of text.matchAll(pattern)) {
    const secret = match.groups?.secret ?? "";
    const end = match.index + match[0].length;
    if (!accepts || accepts(secret)) spans.push({ start: end - secret.length, end });
  }
  return spans;
}

/** "Basic settings" is prose; what decodes to `user:password` is not. */
function isUserAndPassword(encoded: string): boolean {
  const decoded = Buffer.from(encoded, "base64").toString("latin1");
  return /^[\x20-\x7e\x80-\xff]*:[\x20-\x7e\x80-\xff]*$/.test(decoded);
}

const PENDING =
  /(?:authorization\\?["']?[ \t]{0,4}(?:[:=][ \t]{0,4}\\?["']?(?:[A-Za-z]{1,16}[ \t]{1,4})?)?|(?:basic|bearer)[ \t]{1,4})$/i;
const LONGEST_CONTEXT = 64;

/** Where the words begin that would make what follows a credential ("Authorization: Basic "), or `end` if there are none. */
export function pendingContext(text: string, end: number): number {
  const from = Math.max(0, end - LONGEST_CONTEXT);
  const match = PENDING.exec(text.slice(from, end));
  return match ? from + match.index : end;
}
