import fc from "fast-check";
import { afterEach, describe, expect, test } from "vitest";
import { canonical, cleanText, toJson } from "@/lib/audit/facts";
import { redactor } from "@/lib/redact";
import { Secret } from "@/lib/secret";

const secret = new Secret("gho_0123456789abcdefghij");
afterEach(() => redactor.remove(secret));

describe("the facts of an event", () => {
  test("have one text, whatever the order of their keys", () => {
    const facts = fc.dictionary(fc.string(), fc.jsonValue(), { noNullPrototype: true });
    fc.assert(
      fc.property(facts, (value) => {
        const reversed = Object.fromEntries(Object.entries(value).reverse());
        expect(canonical(toJson(reversed))).toBe(canonical(toJson(value)));
      }),
    );
    expect(canonical(toJson({ b: 1, a: [{ d: null, c: "x" }] }))).toBe('{"a":[{"c":"x","d":null}],"b":1}');
  });

  const NOT_PLAIN: [string, unknown][] = [
    ["a secret", secret],
    ["a secret in a list", [secret]],
    ["a secret in an object", { deep: { token: secret } }],
    ["a secret in an error's cause", new Error("x", { cause: secret })],
    ["a map", new Map()],
    ["bytes", Buffer.from("x")],
    ["a function", () => "x"],
    ["a bigint", 1n],
    ["a symbol", Symbol("x")],
    ["no number", Number.NaN],
    ["no end", Number.POSITIVE_INFINITY],
  ];
  test.each(NOT_PLAIN)("cannot hold %s", (_what, value) => {
    expect(() => toJson({ value })).toThrow("An audit event takes plain data only");
  });

  test("cannot hold themselves, but the same thing twice", () => {
    const circle: Record<string, unknown> = {};
    circle.self = circle;
    expect(() => toJson(circle)).toThrow("plain data only");
    const shared = { a: 1 };
    expect(toJson({ one: shared, two: shared })).toEqual({ one: { a: 1 }, two: { a: 1 } });
  });

  test("lose what says nothing, and write times as text", () => {
    const at = new Date("2026-11-22T10:00:00.123Z");
    expect(toJson({ nothing: undefined, at, zero: -0 })).toEqual({ at: "2026-11-22T10:00:00.123Z", zero: 0 });
  });

  test("hide a secret that this process knows, and whatever is shaped like one", () => {
    redactor.add(secret);
    expect(toJson({ note: `with ${secret.reveal()}`, [secret.reveal()]: "key" })).toEqual({
      note: "with [secret]",
      "[secret]": "key",
    });
    expect(cleanText("https://ada:hunter22@git.example.com/x")).toBe("https://[secret]@git.example.com/x");
  });

  test("have no character that PostgreSQL refuses", () => {
    expect(cleanText("a\0b\ud800c\udc00d😀")).toBe("a\ufffdb\ufffdc\ufffdd😀");
  });
});
