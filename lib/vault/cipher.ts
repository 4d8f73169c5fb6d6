import { createCipheriv, createDecipheriv, type KeyObject, randomBytes } from "node:crypto";
import { VaultError } from "@/lib/vault/errors";

const ALGORITHM = "aes-256-gcm";
export const NONCE_BYTES = 12;
/** Stated on both sides: left out, Node accepts a tag of four bytes when it decrypts. */
export const TAG_BYTES = 16;
const OPTIONS = { authTagLength: TAG_BYTES } as const;

/** A nonce of 96 random bits, and the ciphertext followed by its tag. */
export type Box = { nonce: Buffer; body: Buffer };

/** AES-256-GCM under a fresh random nonce [NIST SP 800-38D, 8.2.2: at most 2^32 values for each key]. */
export function encrypt(key: KeyObject, plaintext: Uint8Array, associated: Buffer): Box {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(ALGORITHM, key, nonce, OPTIONS);
  cipher.setAAD(associated);
  const body = Buffer.concat([cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
  return { nonce, body };
}

/** The plaintext. Throws `tampered` unless every bit of key, nonce, body and associated data is the one it was made with. */
export function decrypt(key: KeyObject, box: Box, associated: Buffer): Buffer {
  if (box.nonce.length !== NONCE_BYTES || box.body.length < TAG_BYTES) {
    throw new VaultError("malformed", "A sealed value has a nonce or a tag of the wrong length.");
  }
  const split = box.body.length - TAG_BYTES;
  try {
    const decipher = createDecipheriv(ALGORITHM, key, box.nonce, OPTIONS);
    decipher.setAAD(associated);
    decipher.setAuthTag(box.body.subarray(split));
    return Buffer.concat([decipher.update(box.body.subarray(0, split)), decipher.final()]);
  } catch {
    // The reason of a failed tag says nothing that would help, so it is not passed on.
    throw new VaultError(
      "tampered",
      "A sealed value was changed, or moved from the place it was sealed for.",
    );
  }
}
