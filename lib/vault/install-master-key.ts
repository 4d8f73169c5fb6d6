import { readFileSync } from "node:fs";
import { env } from "@/lib/env";
import { VaultError } from "@/lib/vault/errors";
import {
  type KeySettings,
  loadMasterKeys,
  masterKeyFile,
  previousKeyFile,
  readKeyFile,
} from "@/lib/vault/key-files";
import { createKeyFile, replaceKeyFile } from "@/lib/vault/write-key-file";

export type Installed = { fingerprint: string; previousFile: string | null };

/**
 * Makes the key in `newKeyFile` the current master key: the old one is kept beside it as `….previous-<fingerprint>`, where every
 * running process finds it, then the file is replaced in one step. A second call with the same key changes nothing. Throws
 * `invalid_key` where it cannot be done from here, with what to do instead.
 */
export function installMasterKey(newKeyFile: string, settings: KeySettings = env()): Installed {
  const file = masterKeyFile(settings);
  if (file === null) throw givenByVariable();
  const next = readKeyFile(newKeyFile, "--new-key-file");
  const { current, previous } = loadMasterKeys(settings);
  if (next.fingerprint === current.fingerprint) return { fingerprint: next.fingerprint, previousFile: null };
  if (previous.some((key) => key.fingerprint === next.fingerprint)) {
    throw new VaultError(
      "invalid_key",
      `${newKeyFile} holds a key that was replaced before: make a new one.`,
    );
  }
  const previousFile = previousKeyFile(file, current.fingerprint);
  try {
    createKeyFile(previousFile, readFileSync(file, "utf8"));
    replaceKeyFile(file, readFileSync(newKeyFile, "utf8"));
  } catch (error) {
    throw readOnly(file, error);
  }
  return { fingerprint: next.fingerprint, previousFile };
}

const BY_HAND =
  "name a file with the old key in MASTER_KEY_PREVIOUS_FILES, restart every process, then run `npm run console -- keys rotate`.";

const givenByVariable = () =>
  new VaultError(
    "invalid_key",
    `The master key is given as MASTER_KEY, which cannot be changed from here. Set MASTER_KEY to the new key, ${BY_HAND}`,
  );

const readOnly = (file: string, cause: unknown) =>
  new VaultError(
    "invalid_key",
    `${file} cannot be replaced (${(cause as NodeJS.ErrnoException).code ?? "failed"}). Put the new key there by hand, ${BY_HAND}`,
    { cause },
  );
