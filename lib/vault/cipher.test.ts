import { createSecretKey, randomBytes } from "node:crypto";
import { describe, expect, test } from "vitest";
import { decrypt, encrypt } from "@/lib/vault/cipher";

const key = createSecretKey(randomBytes(32));
const associated = Buffer.from("place");
const plaintext = Buffer.from("gho_0123456789abcdefghij");

describe("the cipher", () => {
  test("opens what it closed", () => {
    expect(decrypt(key, encrypt(key, plaintext, associated), associated)).toEqual(plaintext);
    expect(decrypt(key, encrypt(key, Buffer.alloc(0), associated), associated)).toHaveLength(0);
  });

  test("takes a fresh nonce every time", () => {
    const nonces = Array.from({ length: 20_000 }, () => encrypt(key, plaintext, associated).nonce);
    expect(new Set(nonces.map((nonce) => nonce.toString("hex"))).size).toBe(20_000);
    expect(nonces.every((nonce) => nonce.length === 12)).toBe(true);
  });

  test("refuses a change of any single bit of nonce, ciphertext, tag or associated data", () => {
    const { nonce, body } = encrypt(key, plaintext, associated);
    for (const [name, bytes] of Object.entries({ nonce, body, associated })) {
      for (let bit = 0; bit < bytes.length * 8; bit += 1) {
        const changed = {
          nonce: Buffer.from(nonce),
          body: Buffer.from(body),
          associated: Buffer.from(associated),
        };
        const target = changed[name as keyof typeof changed];
        target.writeUInt8(target.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
        expect(() => decrypt(key, changed, changed.associated)).toThrow(
          expect.objectContaining({ code: "tampered" }),
        );
      }
    }
  });

  test("refuses a tag that was cut, to any length", () => {
    const { nonce, body } = encrypt(key, plaintext, associated);
    for (let length = 0; length < body.length; length += 1) {
      const cut = { nonce, body: body.subarray(0, length) };
      expect(() => decrypt(key, cut, associated)).toThrow(
        expect.objectContaining({ code: length < 16 ? "malformed" : "tampered" }),
      );
    }
  });

  test("refuses a tag of four bytes, which Node takes where no length is stated", () => {
    const { nonce, body } = encrypt(key, Buffer.alloc(0), associated);
    expect(() => decrypt(key, { nonce, body: body.subarray(0, 4) }, associated)).toThrow(
      expect.objectContaining({ code: "malformed" }),
    );
  });

  test("refuses another key", () => {
    const other = createSecretKey(randomBytes(32));
    expect(() => decrypt(other, encrypt(key, plaintext, associated), associated)).toThrow(
      expect.objectContaining({ code: "tampered" }),
    );
  });

  test("refuses a nonce of another length", () => {
    const { nonce, body } = encrypt(key, plaintext, associated);
    for (const wrong of [Buffer.alloc(0), nonce.subarray(0, 11), Buffer.concat([nonce, Buffer.alloc(1)])]) {
      expect(() => decrypt(key, { nonce: wrong, body }, associated)).toThrow(
        expect.objectContaining({ code: "malformed" }),
      );
    }
  });
});
