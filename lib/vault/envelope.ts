import { decodeCanonical } from "@/lib/vault/base64url";
import { type Box, NONCE_BYTES, TAG_BYTES } from "@/lib/vault/cipher";
import { VaultError } from "@/lib/vault/errors";

/** What a sealed column holds, taken apart: `v1.<data key>.<nonce>.<ciphertext and tag>`. */
export type Envelope = Box & { dataKeyId: string };

const SHAPE = /^v1\.(dek_[0-9a-z]{20})\.([A-Za-z0-9_-]{16})\.([A-Za-z0-9_-]{22,})$/;

/** The text of a sealed value. */
export function formatEnvelope({ dataKeyId, nonce, body }: Envelope): string {
  return `v1.${dataKeyId}.${nonce.toString("base64url")}.${body.toString("base64url")}`;
}

/**
 * Takes a sealed value apart before any cryptography. There is exactly one text for each value: padding, another alphabet,
 * stray bits, white space and other versions are `malformed`; there is no fallback to plaintext.
 */
export function parseEnvelope(text: string): Envelope {
  const [, dataKeyId, nonceText, bodyText] = SHAPE.exec(text) ?? [];
  if (dataKeyId === undefined || nonceText === undefined || bodyText === undefined) throw malformed();
  const nonce = decodeCanonical(nonceText);
  const body = decodeCanonical(bodyText);
  if (nonce?.length !== NONCE_BYTES || body === null || body.length < TAG_BYTES) throw malformed();
  return { dataKeyId, nonce, body };
}

const malformed = () => new VaultError("malformed", "This is not a sealed value.");
