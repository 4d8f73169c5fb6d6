import { randomBytes } from "node:crypto";
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { installMasterKey } from "@/lib/vault/install-master-key";
import { loadMasterKeys, masterKeyFile } from "@/lib/vault/key-files";
import { parseMasterKey } from "@/lib/vault/master-key";
import { createKeyFile, replaceKeyFile } from "@/lib/vault/write-key-file";

let folder: string;
const newText = () => randomBytes(32).toString("base64");
const fingerprintOf = (text: string) => parseMasterKey(text, "a test's key").fingerprint;
const given = (settings: Record<string, string> = {}) => ({
  DATA_DIR: folder,
  MASTER_KEY: undefined,
  MASTER_KEY_FILE: undefined,
  MASTER_KEY_PREVIOUS_FILES: undefined,
  ...settings,
});
const put = (name: string, text: string) => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "skytells-keys-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe("the master key of a process", () => {
  test("comes from MASTER_KEY, else MASTER_KEY_FILE, else the data folder", () => {
    const [variable, file, made] = [newText(), newText(), newText()];
    put("master.key", made);
    expect(loadMasterKeys(given()).current.fingerprint).toBe(fingerprintOf(made));
    const MASTER_KEY_FILE = put("elsewhere", file);
    expect(loadMasterKeys(given({ MASTER_KEY_FILE })).current.fingerprint).toBe(fingerprintOf(file));
    expect(loadMasterKeys(given({ MASTER_KEY: variable })).current.fingerprint).toBe(fingerprintOf(variable));
    expect(masterKeyFile(given({ MASTER_KEY: variable }))).toBeNull();
    expect(masterKeyFile(given())).toBe(join(folder, "master.key"));
  });

  test("may be given twice, but not as two different keys", () => {
    const text = newText();
    const MASTER_KEY_FILE = put("elsewhere", text);
    expect(loadMasterKeys(given({ MASTER_KEY: text, MASTER_KEY_FILE })).current.fingerprint).toBe(
      fingerprintOf(text),
    );
    expect(() => loadMasterKeys(given({ MASTER_KEY: newText(), MASTER_KEY_FILE }))).toThrow(
      "two different keys",
    );
  });

  test("is missed in words: no key at all, a file that is not there, a file that holds something else", () => {
    expect(() => loadMasterKeys(given())).toThrow(`put the key back at ${join(folder, "master.key")}`);
    const MASTER_KEY_FILE = join(folder, "gone");
    expect(() => loadMasterKeys(given({ MASTER_KEY_FILE }))).toThrow(
      `${MASTER_KEY_FILE} cannot be read (ENOENT)`,
    );
    put("gone", "");
    expect(() => loadMasterKeys(given({ MASTER_KEY_FILE }))).toThrow(
      `${MASTER_KEY_FILE} is not a master key`,
    );
  });

  test("comes with the previous ones: those that are named, and those that a rotation left beside it", () => {
    const texts = [newText(), newText(), newText()] as const;
    put("master.key", newText());
    put(`master.key.previous-${fingerprintOf(texts[0])}`, texts[0]);
    const files = [put("a", texts[1]), put("b", texts[2])];
    const { previous } = loadMasterKeys(given({ MASTER_KEY_PREVIOUS_FILES: ` ${files.join(" , ")} ,` }));
    expect(previous.map((key) => key.fingerprint).sort()).toEqual(texts.map(fingerprintOf).sort());
    expect(() => loadMasterKeys(given({ MASTER_KEY_PREVIOUS_FILES: join(folder, "c") }))).toThrow(
      "cannot be read",
    );
  });
});

describe("a key file", () => {
  test("is readable by its owner only, whatever the umask, and is never written over", () => {
    const file = join(folder, "master.key");
    const umask = process.umask(0o777);
    try {
      expect(createKeyFile(file, "one")).toBe(true);
    } finally {
      process.umask(umask);
    }
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(createKeyFile(file, "two")).toBe(false);
    expect(readFileSync(file, "utf8")).toBe("one");
    expect(readdirSync(folder)).toEqual(["master.key"]);
  });

  test("is replaced as a whole, and stays readable by its owner only", () => {
    const file = put("master.key", "one");
    chmodSync(file, 0o644);
    replaceKeyFile(file, "two");
    expect(readFileSync(file, "utf8")).toBe("two");
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder)).toEqual(["master.key"]);
  });
});

describe("installing a new master key", () => {
  test("keeps the old one where every process looks for it", () => {
    const [old, next] = [newText(), newText()];
    const file = put("master.key", old);
    const installed = installMasterKey(put("new", next), given());
    expect(installed).toEqual({
      fingerprint: fingerprintOf(next),
      previousFile: `${file}.previous-${fingerprintOf(old)}`,
    });
    const keys = loadMasterKeys(given());
    expect(keys.current.fingerprint).toBe(fingerprintOf(next));
    expect(keys.previous.map((key) => key.fingerprint)).toEqual([fingerprintOf(old)]);
  });

  test("can be repeated, also when it was cut off after keeping the old one", () => {
    const [old, next] = [newText(), newText()];
    const file = put("master.key", old);
    const newFile = put("new", next);
    put(`master.key.previous-${fingerprintOf(old)}`, old);
    expect(installMasterKey(newFile, given()).fingerprint).toBe(fingerprintOf(next));
    expect(installMasterKey(newFile, given())).toEqual({
      fingerprint: fingerprintOf(next),
      previousFile: null,
    });
    expect(readFileSync(file, "utf8")).toBe(next);
  });

  test("refuses a key that was replaced before, a file that is none, and a key that no file holds", () => {
    const [old, next] = [newText(), newText()];
    put("master.key", old);
    installMasterKey(put("new", next), given());
    expect(() => installMasterKey(put("again", old), given())).toThrow("make a new one");
    expect(() => installMasterKey(put("wrong", "hello"), given())).toThrow("is not a master key");
    expect(() => installMasterKey(put("other", newText()), given({ MASTER_KEY: newText() }))).toThrow(
      "Set MASTER_KEY to the new key",
    );
    expect(loadMasterKeys(given()).current.fingerprint).toBe(fingerprintOf(next));
  });
});
