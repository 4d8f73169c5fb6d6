/** The bytes of a base64url text, or null unless it is the one text (no padding, no stray bits) that encodes them. */
export function decodeCanonical(text: string): Buffer | null {
  const bytes = Buffer.from(text, "base64url");
  return bytes.toString("base64url") === text ? bytes : null;
}
