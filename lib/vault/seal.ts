import type { Executor } from "@/db";
import { Secret } from "@/lib/secret";
import { decrypt, encrypt } from "@/lib/vault/cipher";
import { sealOwner } from "@/lib/vault/data-keys";
import { formatEnvelope, parseEnvelope } from "@/lib/vault/envelope";
import { VaultError } from "@/lib/vault/errors";
import type { Keyring } from "@/lib/vault/keyring";
import { associatedData, type Place } from "@/lib/vault/place";

/** See `seal` in index.ts. */
export async function sealWith(
  keyring: Keyring,
  executor: Executor,
  place: Place,
  secret: Secret,
): Promise<string> {
  const plaintext = encodeText(secret.reveal());
  const { id, key } = await keyring.current(executor, sealOwner(place.projectId));
  const { nonce, body } = encrypt(key, plaintext, associatedData(place, id));
  return formatEnvelope({ dataKeyId: id, nonce, body });
}

/** See `open` in index.ts. */
export async function openWith(
  keyring: Keyring,
  executor: Executor,
  place: Place,
  sealed: string,
): Promise<Secret> {
  const envelope = parseEnvelope(sealed);
  const { id, key, purpose, projectId } = await keyring.byId(executor, envelope.dataKeyId);
  const owner = sealOwner(place.projectId);
  // The associated data would refuse it as well; said before any cryptography, the session and audit keys open nothing.
  if (purpose !== owner.purpose || projectId !== owner.projectId) {
    throw new VaultError("unknown_key", `The data key ${id} does not belong to this place.`);
  }
  return new Secret(decrypt(key, envelope, associatedData(place, id)).toString("utf8"));
}

/** UTF-8, and never a replacement character in the place of half a surrogate pair: what is opened is what was sealed. */
function encodeText(text: string): Buffer {
  const bytes = Buffer.from(text, "utf8");
  if (bytes.toString("utf8") !== text)
    throw new VaultError("malformed", "A secret must be well-formed text.");
  return bytes;
}
