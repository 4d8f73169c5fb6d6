import { isNamed } from "@/lib/errors";

export type VaultErrorCode = "malformed" | "unknown_key" | "tampered" | "key_unavailable" | "invalid_key";

/**
 * Why a sealed value stayed closed:
 * - `malformed`: it is not a ciphertext of ours; nothing was decrypted.
 * - `unknown_key`: the data key that it names does not exist, or is not the key of this place.
 * - `tampered`: the bytes, or the place that they are read from, are not the ones that were sealed.
 * - `key_unavailable`: the master key that opens its data key was not given to this process.
 * - `invalid_key`: what was given as a master key is not one.
 *
 * The message never carries key material, plaintext or ciphertext.
 */
export class VaultError extends Error {
  override readonly name = "VaultError";

  static override [Symbol.hasInstance](value: unknown): boolean {
    return isNamed(value, "VaultError");
  }

  constructor(
    readonly code: VaultErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
