import { createHmac } from "node:crypto";
import { eq } from "drizzle-orm";
import { describe, expect, test } from "vitest";
import { dataKeys, db } from "@/db";
import { Secret } from "@/lib/secret";
import { useTestDatabase } from "@/lib/testing/database";
import { newKeyring, newMasterKey } from "@/lib/testing/keyrings";
import { loadMasterKeys } from "@/lib/vault/key-files";
import { rotateMasterKey } from "@/lib/vault/rotate";
import { auditKey, keyedFingerprint, sessionKeys } from "@/lib/vault/system-keys";

useTestDatabase();

const token = new Secret("gho_0123456789abcdefghij");

describe("the keys of the instance", () => {
  test("are there when first asked for, and stay what they are", async () => {
    const first = await sessionKeys();
    expect(Buffer.from(first.current.reveal(), "base64url")).toHaveLength(32);
    expect(first.all.map((key) => key.reveal())).toEqual([first.current.reveal()]);
    expect((await sessionKeys()).current.reveal()).toBe(first.current.reveal());
  });

  test("are random: none is derived from the master key, none is another", async () => {
    const ids = await Promise.all([auditKey(db()), auditKey(db())]);
    expect(ids[0]?.id).toBe(ids[1]?.id);
    const master = loadMasterKeys().current.key.export();
    const session = Buffer.from((await sessionKeys()).current.reveal(), "base64url");
    const audit = (await auditKey(db())).key.export();
    expect(new Set([master, session, audit].map((key) => key.toString("hex"))).size).toBe(3);
  });

  test("survive a change of the master key: it signs nobody out and breaks no chain", async () => {
    const session = (await sessionKeys()).current.reveal();
    const before = await auditKey(db());
    const next = newMasterKey();
    const old = loadMasterKeys().current;
    await rotateMasterKey(db(), newKeyring(next, old).wrapper);
    const restarted = newKeyring(next);
    const after = await restarted.byId(db(), before.id);
    expect(after.key.export()).toEqual(before.key.export());
    const [key] = await restarted.all(db(), { purpose: "session", projectId: null });
    expect(key?.key.export().toString("base64url")).toBe(session);
    await rotateMasterKey(db(), newKeyring(old, next).wrapper);
  });

  test("are told apart by purpose: the session key is no audit key", async () => {
    await sessionKeys();
    const [row] = await db()
      .select({ id: dataKeys.id })
      .from(dataKeys)
      .where(eq(dataKeys.purpose, "session"));
    await expect(auditKey(db(), row?.id)).rejects.toMatchObject({ code: "unknown_key" });
  });
});

describe("a fingerprint of a secret", () => {
  test("is the same for the same secret and label, and another for any other", async () => {
    const print = (text: string, label = "github") => keyedFingerprint(db(), new Secret(text), label);
    expect(await print("one")).toMatch(/^[0-9a-f]{12}$/);
    expect(await print("one")).toBe(await print("one"));
    expect(await print("two")).not.toBe(await print("one"));
    expect(await print("one", "gitlab")).not.toBe(await print("one"));
    expect(await print("bone", "gith")).not.toBe(await print("one", "github"));
  });

  test("cannot be made without the key", async () => {
    const print = await keyedFingerprint(db(), token, "github");
    for (const guess of ["", "github", "audit"]) {
      expect(createHmac("sha256", guess).update(token.reveal()).digest("hex")).not.toContain(print);
    }
  });
});
