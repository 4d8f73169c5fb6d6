import { randomBytes } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseMasterKey } from "@/lib/vault/master-key";

const bytes = Buffer.from("000102030405060708090a0b0c0d0e0ff0f1f2f3f4f5f6f7f8f9fafbfcfdfeff", "hex");

describe("a master key", () => {
  test.each([
    ["base64", bytes.toString("base64")],
    ["base64 without padding", bytes.toString("base64").replace("=", "")],
    ["base64url", bytes.toString("base64url")],
    ["hex", bytes.toString("hex")],
    ["hex in capitals", bytes.toString("hex").toUpperCase()],
    ["a line of a file", `${bytes.toString("base64")}\n`],
    ["a line of a file of Windows", `${bytes.toString("base64")}\r\n`],
  ])("is read from %s", (_form, text) => {
    const { key, fingerprint } = parseMasterKey(text, "MASTER_KEY");
    expect(key.export()).toEqual(bytes);
    expect(fingerprint).toBe(parseMasterKey(bytes.toString("hex"), "").fingerprint);
  });

  test.each([
    ["nothing", ""],
    ["a password", "correct horse battery staple"],
    ["31 bytes", bytes.subarray(1).toString("base64")],
    ["33 bytes", Buffer.concat([bytes, Buffer.alloc(1)]).toString("base64")],
    ["63 hex digits", bytes.toString("hex").slice(1)],
    ["two keys", `${bytes.toString("base64")}\n${bytes.toString("base64")}`],
    ["stray bits", `${bytes.toString("base64").slice(0, 42)}9=`],
    ["quotes", `"${bytes.toString("base64")}"`],
  ])("is refused as %s, with what to do and without what was given", (_form, text) => {
    const error = errorOf(() => parseMasterKey(text, "MASTER_KEY_FILE"));
    expect(error).toMatchObject({ code: "invalid_key" });
    expect(error.message).toMatch(/^MASTER_KEY_FILE is not a master key: .*openssl rand -base64 32/);
    if (text !== "") expect(error.message).not.toContain(text);
  });

  test("is refused when it is a placeholder", () => {
    expect(() => parseMasterKey("A".repeat(43), "MASTER_KEY")).toThrow("MASTER_KEY repeats one byte");
    expect(() => parseMasterKey("f".repeat(64), "MASTER_KEY")).toThrow("MASTER_KEY repeats one byte");
  });

  test("has a fingerprint that tells keys apart and shows none of their digits", () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (other) => {
        fc.pre(new Set(other).size > 1);
        const text = Buffer.from(other).toString("hex");
        const { fingerprint } = parseMasterKey(text, "");
        expect(fingerprint).toMatch(/^[0-9a-f]{16}$/);
        expect(text).not.toContain(fingerprint);
      }),
    );
    const many = Array.from(
      { length: 1_000 },
      () => parseMasterKey(randomBytes(32).toString("hex"), "").fingerprint,
    );
    expect(new Set(many).size).toBe(1_000);
  });
});

function errorOf(run: () => unknown): Error {
  try {
    run();
  } catch (error) {
    return error as Error;
  }
  throw new Error("it was not refused");
}
