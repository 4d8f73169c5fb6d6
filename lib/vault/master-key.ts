import { createHash, createSecretKey, type KeyObject } from "node:crypto";
import { VaultError } from "@/lib/vault/errors";

export const MASTER_KEY_BYTES = 32;
const LABEL = "skytells-console/master-key/v1\0";

/** A key that wraps data keys. It never seals anything else, and never enters the database. */
export type MasterKey = { key: KeyObject; fingerprint: string };

/** Tells master keys apart without telling them: 16 hex digits of SHA-256 under a label of its own. */
export function masterFingerprint(key: KeyObject): string {
  return createHash("sha256").update(LABEL).update(key.export()).digest("hex").slice(0, 16);
}

/**
 * Reads a master key: 32 random bytes as base64 (with or without padding, either alphabet) or as 64 hex digits.
 * `source` names where it came from in the error ("MASTER_KEY", a file). Throws `invalid_key`.
 */
export function parseMasterKey(text: string, source: string): MasterKey {
  const bytes = decode(text.trim());
  if (bytes?.length !== MASTER_KEY_BYTES) {
    throw new VaultError(
      "invalid_key",
      `${source} is not a master key: it must be 32 random bytes, as base64 or as 64 hex digits. Make one with \`openssl rand -base64 32\`.`,
    );
  }
  if (bytes.every((byte) => byte === bytes[0])) {
    throw new VaultError("invalid_key", `${source} repeats one byte: it is a placeholder, not a random key.`);
  }
  const key = createSecretKey(bytes);
  bytes.fill(0);
  return { key, fingerprint: masterFingerprint(key) };
}

function decode(text: string): Buffer | null {
  if (/^[0-9a-fA-F]{64}$/.test(text)) return Buffer.from(text, "hex");
  if (!/^[A-Za-z0-9+/_-]{43}=?$/.test(text)) return null;
  const bytes = Buffer.from(text, "base64");
  const canonical = text.replace(/=$/, "").replaceAll("+", "-").replaceAll("/", "_");
  return bytes.toString("base64url") === canonical ? bytes : null;
}
