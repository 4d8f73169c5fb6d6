import { randomBytes } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { newId } from "@/db";
import { formatEnvelope, parseEnvelope } from "@/lib/vault/envelope";

const DEK = "dek_0123456789abcdefghjk";
const NONCE = "AAECAwQFBgcICQoL";
const BODY = "AAECAwQFBgcICQoLDA0ODw";
const VALID = `v1.${DEK}.${NONCE}.${BODY}`;

describe("the text of a sealed value", () => {
  test("is read back as it was written, for any lengths", () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 12, maxLength: 12 }),
        fc.uint8Array({ minLength: 16, maxLength: 300 }),
        (n, b) => {
          const envelope = { dataKeyId: newId("dek"), nonce: Buffer.from(n), body: Buffer.from(b) };
          const text = formatEnvelope(envelope);
          expect(parseEnvelope(text)).toEqual(envelope);
          expect(formatEnvelope(parseEnvelope(text))).toBe(text);
        },
      ),
    );
  });

  test.each([
    ["nothing", ""],
    ["a plaintext", "gho_0123456789abcdefghij0123456789abcdef"],
    ["another version", VALID.replace("v1.", "v2.")],
    ["a version in capitals", VALID.replace("v1.", "V1.")],
    ["no version", VALID.slice(3)],
    ["a part too many", `${VALID}.AAAA`],
    ["a part too few", `v1.${DEK}.${NONCE}`],
    ["white space before", ` ${VALID}`],
    ["white space after", `${VALID} `],
    ["a line break after", `${VALID}\n`],
    ["a line break before", `\n${VALID}`],
    ["two lines", `${VALID}\n${VALID}`],
    ["padding", `${VALID}==`],
    ["padding of the nonce", `v1.${DEK}.${NONCE.slice(0, 15)}=.${BODY}`],
    ["base64 with plus", `v1.${DEK}.${NONCE}.+${BODY.slice(1)}`],
    ["base64 with slash", `v1.${DEK}.${NONCE}./${BODY.slice(1)}`],
    ["stray bits at the end", `v1.${DEK}.${NONCE}.${BODY.slice(0, -1)}x`],
    ["a length that no bytes have", `v1.${DEK}.${NONCE}.${BODY}AAA`],
    ["a tag of 15 bytes", `v1.${DEK}.${NONCE}.${BODY.slice(0, 20)}`],
    ["a tag of four bytes", `v1.${DEK}.${NONCE}.AAECAw`],
    ["no body", `v1.${DEK}.${NONCE}.`],
    ["a nonce of 11 bytes", `v1.${DEK}.${NONCE.slice(0, 15)}.${BODY}`],
    ["a nonce of 13 bytes", `v1.${DEK}.${NONCE}AA.${BODY}`],
    ["a key id in capitals", VALID.replace(DEK, DEK.toUpperCase())],
    ["a key id of another kind", VALID.replace("dek_", "prj_")],
    ["a short key id", VALID.replace(DEK, DEK.slice(0, -1))],
    ["a long key id", VALID.replace(DEK, `${DEK}0`)],
    ["a full-width digit", VALID.replace("0", "０")],
    ["a zero byte", `${VALID}\0`],
  ])("is refused with %s", (_what, text) => {
    expect(() => parseEnvelope(text)).toThrow(expect.objectContaining({ code: "malformed" }));
  });

  test("is one text for each value: whatever else decodes to the same bytes is refused", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: VALID.length - 1 }), fc.string({ maxLength: 2 }), (at, other) => {
        const changed = VALID.slice(0, at) + other + VALID.slice(at + 1);
        try {
          expect(formatEnvelope(parseEnvelope(changed))).toBe(changed);
        } catch (error) {
          expect(error).toMatchObject({ code: "malformed" });
        }
      }),
      { numRuns: 2_000 },
    );
  });

  test("never shows what it was given in the error", () => {
    const text = `gho_${randomBytes(18).toString("hex")}`;
    expect(() => parseEnvelope(text)).toThrow(/^This is not a sealed value\.$/);
  });
});
