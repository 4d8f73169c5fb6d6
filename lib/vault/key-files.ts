import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { type Env, env } from "@/lib/env";
import { VaultError } from "@/lib/vault/errors";
import { type MasterKey, parseMasterKey } from "@/lib/vault/master-key";
import type { MasterKeys } from "@/lib/vault/wrapper";

/** What the environment says about master keys. */
export type KeySettings = Pick<
  Env,
  "DATA_DIR" | "MASTER_KEY" | "MASTER_KEY_FILE" | "MASTER_KEY_PREVIOUS_FILES"
>;

/** Where the console keeps the master key that it made itself. */
export const defaultKeyFile = (dataDir: string): string => join(dataDir, "master.key");

/** The file that holds the current master key, or null when it is given as MASTER_KEY. */
export function masterKeyFile(settings: KeySettings = env()): string | null {
  if (settings.MASTER_KEY_FILE) return settings.MASTER_KEY_FILE;
  return settings.MASTER_KEY ? null : defaultKeyFile(settings.DATA_DIR);
}

/**
 * The master keys that this process was given: the current one from MASTER_KEY, MASTER_KEY_FILE or `DATA_DIR/master.key`; the
 * previous ones from MASTER_KEY_PREVIOUS_FILES and from the files that a rotation left beside the current one. Throws
 * `key_unavailable` when there is no current one, `invalid_key` when a key cannot be read.
 */
export function loadMasterKeys(settings: KeySettings = env()): MasterKeys {
  const current = loadCurrent(settings);
  const files = [...listed(settings.MASTER_KEY_PREVIOUS_FILES), ...leftBeside(masterKeyFile(settings))];
  return { current, previous: files.map((file) => readKeyFile(file, "MASTER_KEY_PREVIOUS_FILES")) };
}

/** Reads one key file. `setting` names what pointed to it. */
export function readKeyFile(file: string, setting: string): MasterKey {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? "unreadable";
    throw new VaultError(
      "key_unavailable",
      `${setting}: the master key file ${file} cannot be read (${code}).`,
    );
  }
  return parseMasterKey(text, file);
}

/** Where a rotation keeps the key that it replaces. */
export const previousKeyFile = (file: string, fingerprint: string): string =>
  `${file}.previous-${fingerprint}`;

function loadCurrent(settings: KeySettings): MasterKey {
  const { MASTER_KEY: text, MASTER_KEY_FILE: file } = settings;
  const given = text ? parseMasterKey(text, "MASTER_KEY") : null;
  const filed = file ? readKeyFile(file, "MASTER_KEY_FILE") : null;
  if (given && filed && given.fingerprint !== filed.fingerprint) {
    throw new VaultError(
      "invalid_key",
      "MASTER_KEY and MASTER_KEY_FILE are two different keys: set only one.",
    );
  }
  const made = defaultKeyFile(settings.DATA_DIR);
  const current = filed ?? given ?? (existsSync(made) ? readKeyFile(made, "DATA_DIR") : null);
  if (!current) {
    throw new VaultError(
      "key_unavailable",
      `There is no master key: set MASTER_KEY_FILE or MASTER_KEY, or put the key back at ${made}.`,
    );
  }
  return current;
}

const listed = (setting: string | undefined): string[] =>
  (setting ?? "")
    .split(",")
    .map((file) => file.trim())
    .filter((file) => file !== "");

function leftBeside(file: string | null): string[] {
  if (file === null || !existsSync(dirname(file))) return [];
  const prefix = `${basename(file)}.previous-`;
  const names = readdirSync(dirname(file)).filter(
    (name) => name.startsWith(prefix) && !name.endsWith(".new"),
  );
  return names.map((name) => join(dirname(file), name));
}
