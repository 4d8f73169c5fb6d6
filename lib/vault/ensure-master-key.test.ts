import { randomBytes } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "drizzle-orm";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { dataKeys, db } from "@/db";
import { useTestDatabase } from "@/lib/testing/database";
import { newKeyring, newMasterKey } from "@/lib/testing/keyrings";
import { assertKeysOpen } from "@/lib/vault/assert-keys-open";
import { ensureMasterKey } from "@/lib/vault/ensure-master-key";
import { parseMasterKey } from "@/lib/vault/master-key";

useTestDatabase();

let dataDir: string;
const file = () => join(dataDir, "master.key");
const nothing = { MASTER_KEY: undefined, MASTER_KEY_FILE: undefined, MASTER_KEY_PREVIOUS_FILES: undefined };
const start = (settings: Partial<Record<keyof typeof nothing, string>> = {}) =>
  ensureMasterKey({ dataDir, db: db(), settings: { ...nothing, ...settings, DATA_DIR: dataDir } });
const purposes = async () =>
  (await db().select({ purpose: dataKeys.purpose }).from(dataKeys)).map((row) => row.purpose).sort();

beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), "skytells-boot-"));
  await db().delete(dataKeys);
});
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

describe("the first start", () => {
  test("makes a master key that only its owner may read, and the instance's own keys", async () => {
    expect(await start()).toEqual({ isNew: true });
    expect(statSync(file()).mode & 0o777).toBe(0o600);
    expect(parseMasterKey(readFileSync(file(), "utf8"), "").key.export()).toHaveLength(32);
    expect(await purposes()).toEqual(["audit", "instance", "session"]);
  });

  test("takes a key that was put there, and makes none", async () => {
    const text = randomBytes(32).toString("hex");
    expect(await start({ MASTER_KEY: text })).toEqual({ isNew: false });
    expect(existsSync(file())).toBe(false);
    expect(await purposes()).toEqual(["audit", "instance", "session"]);
  });

  test("of several machines at the same moment makes one set of keys", async () => {
    const results = await Promise.all([start(), start(), start(), start()]);
    expect(results.filter((result) => result.isNew)).toHaveLength(1);
    expect(await purposes()).toEqual(["audit", "instance", "session"]);
  });

  test("never makes a key where MASTER_KEY_FILE points to nothing", async () => {
    await expect(start({ MASTER_KEY_FILE: join(dataDir, "typo") })).rejects.toThrow(
      "cannot be read (ENOENT)",
    );
    expect(existsSync(file())).toBe(false);
    expect(await purposes()).toEqual([]);
  });
});

describe("a later start", () => {
  test("finds everything as it was", async () => {
    await start();
    const before = readFileSync(file(), "utf8");
    const keys = await db().select().from(dataKeys).orderBy(dataKeys.id);
    expect(await start()).toEqual({ isNew: false });
    expect(readFileSync(file(), "utf8")).toBe(before);
    expect(await db().select().from(dataKeys).orderBy(dataKeys.id)).toEqual(keys);
  });

  test("stops when the master key is gone, names the one it wants, and makes no other", async () => {
    await start();
    const { fingerprint } = parseMasterKey(readFileSync(file(), "utf8"), "");
    rmSync(file());
    await expect(start()).rejects.toThrow(
      new RegExp(`wrapped by ${fingerprint}. Put that key back at ${file()}`),
    );
    expect(existsSync(file())).toBe(false);
  });

  test("stops when it is given another master key, and names the one it wants", async () => {
    await start();
    const { fingerprint } = parseMasterKey(readFileSync(file(), "utf8"), "");
    const keys = await purposes();
    await expect(start({ MASTER_KEY: randomBytes(32).toString("hex") })).rejects.toMatchObject({
      code: "key_unavailable",
      message: expect.stringContaining(`wrapped by the master key ${fingerprint}`),
    });
    expect(await purposes()).toEqual(keys);
  });

  test("goes on when the old master key is among the previous ones", async () => {
    await start();
    const MASTER_KEY_PREVIOUS_FILES = file();
    await start({ MASTER_KEY: randomBytes(32).toString("hex"), MASTER_KEY_PREVIOUS_FILES });
  });

  test("stops on half a key file", async () => {
    await start();
    writeFileSync(file(), readFileSync(file(), "utf8").slice(0, 20));
    await expect(start()).rejects.toMatchObject({ code: "invalid_key" });
  });

  test("stops when a key of the instance was exchanged for another", async () => {
    await start();
    await db().execute(sql`update data_keys a set wrapped = b.wrapped from data_keys b
      where a.purpose = 'audit' and b.purpose = 'session'`);
    await expect(start()).rejects.toMatchObject({ code: "tampered" });
  });

  test("stops when a master key claims the fingerprint of the right one", async () => {
    await start();
    const { fingerprint } = parseMasterKey(readFileSync(file(), "utf8"), "");
    const impostor = newKeyring({ ...newMasterKey(), fingerprint });
    await expect(assertKeysOpen(db(), impostor)).rejects.toMatchObject({ code: "tampered" });
  });
});
