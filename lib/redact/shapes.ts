import type { Span } from "@/lib/redact/matcher";

/**
 * What looks like a credential, known to us or not [GitHub's and GitLab's token prefixes; RFC 7617, 6750, 3986 userinfo]. Each
 * pattern names the part to hide `secret`. None looks behind itself, and none crosses a white space that `pendingContext` does
 * not know: the stream redactor depends on both.
 */
const SHAPES: readonly RegExp[] = [
  /(?<secret>gh[oprsu]_[A-Za-z0-9_]{16,255})/dg,
  /(?<secret>github_pat_[A-Za-z0-9_]{16,255})/dg,
  /(?<secret>glpat-[A-Za-z0-9_.-]{16,255})/dg,
  /authorization\\?["']?[ \t]{0,4}[:=][ \t]{0,4}\\?["']?(?:[A-Za-z]{1,16}[ \t]{1,4})?(?<secret>[^\s"'\\,;]{6,8192})/dgi,
  // The user `git` alone is how public addresses are written.
  /:\/\/(?!git@)(?<secret>[^\s/?#"'<>\\]{1,2048})@/dg,
  /[?&](?:code|state|token|access_token|refresh_token|client_secret)=(?<secret>[^\s&#"'<>\\]{16,2048})/dg,
];

const BEARER = /bearer[ \t]{1,4}(?<secret>[A-Za-z0-9._~+/=-]{16,8192})/dgi;
const BASIC = /basic[ \t]{1,4}(?<secret>[A-Za-z0-9+/_-]{6,8192}={0,2})/dgi;

/** The credentials that a text shows by their shape. */
export function findShapes(text: string): Span[] {
  const found = SHAPES.flatMap((shape) => spansOf(shape, text));
  const bearer = spansOf(BEARER, text).filter((span) => /\d/.test(text.slice(span.start, span.end)));
  const basic = spansOf(BASIC, text).filter((span) => isUserAndPassword(text.slice(span.start, span.end)));
  return [...found, ...bearer, ...basic];
}

const PENDING =
  /(?:authorization\\?["']?[ \t]{0,4}(?:[:=][ \t]{0,4}\\?["']?(?:[A-Za-z]{1,16}[ \t]{1,4})?)?|(?:basic|bearer)[ \t]{1,4})$/i;
const LONGEST_CONTEXT = 64;

/** Where the words begin that would make what follows a credential ("Authorization: Basic "), or the end of the text. */
export function pendingContext(text: string): number {
  const from = Math.max(0, text.length - LONGEST_CONTEXT);
  const match = PENDING.exec(text.slice(from));
  return match ? from + match.index : text.length;
}

function spansOf(shape: RegExp, text: string): Span[] {
  return [...text.matchAll(shape)].flatMap((match) => {
    const [start, end] = match.indices?.groups?.secret ?? [];
    return start === undefined || end === undefined ? [] : [{ start, end }];
  });
}

/** "Basic settings" is prose; what decodes to `user:password` is not. */
function isUserAndPassword(encoded: string): boolean {
  return /^[\x20-\x7e\x80-\xff]*:[\x20-\x7e\x80-\xff]*$/.test(
    Buffer.from(encoded, "base64").toString("latin1"),
  );
}
