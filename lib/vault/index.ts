import type { Executor } from "@/db";
import type { Secret } from "@/lib/secret";
import { keyring } from "@/lib/vault/default-keyring";
import type { Place } from "@/lib/vault/place";
import { openWith, sealWith } from "@/lib/vault/seal";

export { ensureMasterKey } from "@/lib/vault/ensure-master-key";
export { VaultError, type VaultErrorCode } from "@/lib/vault/errors";
export { installMasterKey } from "@/lib/vault/install-master-key";
export { masterKeyFile } from "@/lib/vault/key-files";
export { type KeyStatus, keyStatus } from "@/lib/vault/key-status";
export type { Place } from "@/lib/vault/place";
export { type Resealed, resealAll, resealRow } from "@/lib/vault/reseal";
export { dropUnusedKeys, hasOutdatedValues } from "@/lib/vault/retired-keys";
export { type Rotation, rotateMasterKey } from "@/lib/vault/rotate";
export { rotateDataKey } from "@/lib/vault/rotate-data-key";
export {
  auditKey,
  ensureProjectKey,
  keyedFingerprint,
  type SessionKeys,
  sessionKeys,
} from "@/lib/vault/system-keys";

/**
 * Seals a secret for a place with the data key of its project (or of the instance), which is made at the first seal. Give the
 * transaction that stores the result: a rollback then takes the new data key back too. Throws `key_unavailable`.
 */
export const seal = (executor: Executor, place: Place, secret: Secret): Promise<string> =>
  sealWith(keyring(), executor, place, secret);

/**
 * Opens a sealed value that was read from `place`. Throws `VaultError`; never gives a wrong plaintext, never falls back to the
 * stored text. Called from one opener file for each kind of secret, see docs/security.md.
 */
export const open = (executor: Executor, place: Place, sealed: string): Promise<Secret> =>
  openWith(keyring(), executor, place, sealed);
