import { beforeAll, describe, expect, test } from "vitest";
import { db, newId, projects } from "@/db";
import { Secret } from "@/lib/secret";
import { useTestDatabase } from "@/lib/testing/database";
import { newKeyring, newMasterKey } from "@/lib/testing/keyrings";
import { encrypt } from "@/lib/vault/cipher";
import { formatEnvelope, parseEnvelope } from "@/lib/vault/envelope";
import { associatedData, type Place } from "@/lib/vault/place";
import { openWith, sealWith } from "@/lib/vault/seal";

useTestDatabase();

const TOKEN = "gho_0123456789abcdefghijABCDEFGHIJ012345";
const secret = new Secret(TOKEN);
const master = newMasterKey();
const ring = newKeyring(master);
let place: Place;
let otherProject: string;

async function newProject(): Promise<string> {
  const id = newId("prj");
  await db().insert(projects).values({ id, name: "lighthouse" });
  return id;
}

beforeAll(async () => {
  otherProject = await newProject();
  place = {
    projectId: await newProject(),
    table: "credentials",
    rowId: newId("crd"),
    field: "access_token",
    origin: "https://github.com",
    generation: 1,
  };
});

const seal = (at = place, value = secret) => sealWith(ring, db(), at, value);
const open = (sealed: string, at = place, keys = ring) => openWith(keys, db(), at, sealed);

describe("a sealed value", () => {
  test("opens in its place, also in a process that has just started", async () => {
    const sealed = await seal();
    expect((await open(sealed)).reveal()).toBe(TOKEN);
    expect((await open(sealed, place, newKeyring(master))).reveal()).toBe(TOKEN);
  });

  test.each([
    ["empty", ""],
    ["long", "x".repeat(100_000)],
    ["beyond ASCII", "pässwörd – 鍵 🔑\0\n"],
  ])("may be %s", async (_what, text) => {
    expect((await open(await seal(place, new Secret(text)))).reveal()).toBe(text);
  });

  test("is refused before it is sealed when it could not come back as it was", async () => {
    await expect(seal(place, new Secret("half a pair: \ud83d"))).rejects.toMatchObject({ code: "malformed" });
  });

  test("is never the same twice, and shows nothing of what is in it", async () => {
    const [a, b] = [await seal(), await seal()];
    expect(a).not.toBe(b);
    expect(parseEnvelope(a).nonce).not.toEqual(parseEnvelope(b).nonce);
    for (const form of [
      TOKEN,
      Buffer.from(TOKEN).toString("base64url"),
      Buffer.from(TOKEN).toString("hex"),
    ]) {
      expect(a).not.toContain(form);
    }
  });

  test("passes the database's own check of its shape", async () => {
    expect(await seal()).toMatch(/^v1\.dek_[0-9a-z]{20}\.[A-Za-z0-9_-]{16}\.[A-Za-z0-9_-]{22,}$/);
  });

  test("does not open when any one of its characters was changed, to any other of its alphabet", async () => {
    const sealed = await seal();
    const results = await Promise.all(
      [...sealed]
        .flatMap((char, at) =>
          [..."AZaz09-_.=+/ "]
            .filter((other) => other !== char)
            .map((other) => sealed.slice(0, at) + other + sealed.slice(at + 1)),
        )
        .map((changed) =>
          open(changed).then(
            () => "opened",
            (error: { code: string }) => error.code,
          ),
        ),
    );
    expect(results.length).toBeGreaterThan(sealed.length * 11);
    expect(new Set(results)).toEqual(new Set(["malformed", "unknown_key", "tampered"]));
  });

  test("does not open when it was cut or lengthened anywhere", async () => {
    const sealed = await seal();
    for (let length = 0; length < sealed.length; length += 1) {
      await expect(open(sealed.slice(0, length))).rejects.toMatchObject({ name: "VaultError" });
    }
    await expect(open(`${sealed}AAAA`)).rejects.toMatchObject({ code: "tampered" });
  });

  test("does not open with parts of another one", async () => {
    const [a, b] = [parseEnvelope(await seal()), parseEnvelope(await seal())];
    await expect(open(formatEnvelope({ ...a, nonce: b.nonce }))).rejects.toMatchObject({ code: "tampered" });
    await expect(open(formatEnvelope({ ...a, body: b.body }))).rejects.toMatchObject({ code: "tampered" });
  });

  const ELSEWHERE: [string, () => Partial<Place>][] = [
    ["row", () => ({ rowId: newId("crd") })],
    ["field", () => ({ field: "refresh_token" })],
    ["table", () => ({ table: "cleanups" })],
    ["host", () => ({ origin: "https://github.example.com" })],
    ["host that differs in its scheme", () => ({ origin: "http://github.com" })],
    ["host of none", () => ({ origin: "" })],
    ["older generation", () => ({ generation: 0 })],
    ["newer generation", () => ({ generation: 2 })],
  ];
  test.each(ELSEWHERE)("does not open in another %s of the same project", async (_what, change) => {
    await expect(open(await seal(), { ...place, ...change() })).rejects.toMatchObject({ code: "tampered" });
  });

  test("does not open in another project, with its key or without", async () => {
    const elsewhere = { ...place, projectId: otherProject };
    const sealed = await seal();
    const theirs = parseEnvelope(await seal(elsewhere));
    await expect(open(sealed, elsewhere)).rejects.toMatchObject({ code: "unknown_key" });
    const renamed = formatEnvelope({ ...parseEnvelope(sealed), dataKeyId: theirs.dataKeyId });
    await expect(open(renamed, elsewhere)).rejects.toMatchObject({ code: "tampered" });
    await expect(open(renamed)).rejects.toMatchObject({ code: "unknown_key" });
  });

  test("of the instance does not open as a project's, nor the other way round", async () => {
    const instance = { ...place, projectId: null };
    const sealed = await seal(instance);
    expect((await open(sealed, instance)).reveal()).toBe(TOKEN);
    await expect(open(sealed)).rejects.toMatchObject({ code: "unknown_key" });
    await expect(open(await seal(), instance)).rejects.toMatchObject({ code: "unknown_key" });
  });

  test("names a key that must exist", async () => {
    const renamed = formatEnvelope({ ...parseEnvelope(await seal()), dataKeyId: newId("dek") });
    await expect(open(renamed)).rejects.toMatchObject({ code: "unknown_key" });
  });

  test("is never a plaintext", async () => {
    await expect(open(TOKEN)).rejects.toMatchObject({ code: "malformed" });
    await expect(open("")).rejects.toMatchObject({ code: "malformed" });
  });

  test.each(["session", "audit"] as const)("cannot be made with the %s key", async (purpose) => {
    const dataKey = await ring.current(db(), { purpose, projectId: null });
    for (const at of [{ ...place, projectId: null }, place]) {
      const box = encrypt(dataKey.key, Buffer.from(TOKEN), associatedData(at, dataKey.id));
      const forged = formatEnvelope({ dataKeyId: dataKey.id, ...box });
      await expect(open(forged, at)).rejects.toMatchObject({ code: "unknown_key" });
    }
  });
});

describe("without the right master key", () => {
  test("nothing opens, and the error names the one that is wanted", async () => {
    const sealed = await seal();
    const error = await open(sealed, place, newKeyring(newMasterKey())).catch((reason: Error) => reason);
    expect(error).toMatchObject({ code: "key_unavailable" });
    expect(String(error)).toContain(master.fingerprint);
  });

  test("everything opens while the right one is among the previous ones", async () => {
    const sealed = await seal();
    expect((await open(sealed, place, newKeyring(newMasterKey(), master))).reveal()).toBe(TOKEN);
  });

  test("nothing is sealed either, as long as the project has a key", async () => {
    await seal();
    await expect(sealWith(newKeyring(newMasterKey()), db(), place, secret)).rejects.toMatchObject({
      code: "key_unavailable",
    });
  });
});
