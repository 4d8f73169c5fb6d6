import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { Secret } from "@/lib/secret";

const VALUE = "gho_0123456789abcdefghij";
const secret = new Secret(VALUE);

describe("a secret", () => {
  test("is given away by reveal only", () => {
    expect(secret.reveal()).toBe(VALUE);
    expect(Object.keys(secret)).toEqual([]);
    expect(Object.getOwnPropertyNames(secret)).toEqual([]);
    expect({ ...secret }).toEqual({});
  });

  test("is printed as [secret], however deep it stands", () => {
    expect(inspect(secret)).toBe("[secret]");
    expect(inspect({ nested: [{ secret }] }, { depth: null, showHidden: true })).not.toContain(VALUE);
  });

  test.each([
    ["String()", () => String(secret)],
    ["a template", () => `${secret}`],
    ["concatenation", () => `x${secret as unknown as string}`],
    ["a comparison", () => (secret as unknown as string) < "x"],
    ["a number", () => Number(secret)],
    ["encodeURIComponent", () => encodeURIComponent(secret as unknown as string)],
    ["join", () => [secret].join()],
    ["an address", () => new URLSearchParams({ secret: secret as unknown as string })],
  ])("refuses to become text by %s", (_way, convert) => {
    expect(convert).toThrow("A secret has no text form");
  });

  test("leaves nothing of its value in JSON, nor in a structured clone", () => {
    expect("toJSON" in secret).toBe(false);
    expect(JSON.stringify({ secret, list: [secret] })).toBe('{"secret":{},"list":[{}]}');
    expect(inspect(structuredClone({ secret }), { showHidden: true })).not.toContain(VALUE);
  });
});
