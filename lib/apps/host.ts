import { randomBytes } from "node:crypto";

const LETTERS = "0123456789abcdefghjkmnpqrstvwxyz";
const RANDOM = 6;
/** A label of a host name has at most 63 characters [RFC 1035, 2.3.4]. */
const LONGEST_LABEL = 63;

/** A host name's first label for a new app: its name as far as a host can carry it, and six random characters. */
export function newHost(name: string): string {
  const slug = name
    .normalize("NFKD")
    .replace(/\p{M}+/gu, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .slice(0, LONGEST_LABEL - RANDOM - 1)
    .replace(/^-+|-+$/g, "");
  const random = [...randomBytes(RANDOM)].map((byte) => LETTERS[byte & 31]).join("");
  return `${slug || "app"}-${random}`;
}
