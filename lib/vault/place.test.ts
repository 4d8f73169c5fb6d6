import fc from "fast-check";
import { expect, test } from "vitest";
import { associatedData, lengthPrefixed, type Place } from "@/lib/vault/place";

const place: Place = {
  projectId: "prj_1",
  table: "credentials",
  rowId: "crd_1",
  field: "access_token",
  origin: "https://github.com",
  generation: 3,
};

test("two different lists of texts never give the same bytes", () => {
  const texts = fc.array(fc.string({ unit: "grapheme" }), { maxLength: 6 });
  fc.assert(
    fc.property(texts, texts, (a, b) => {
      const isSame = JSON.stringify(a) === JSON.stringify(b);
      expect(lengthPrefixed(a).equals(lengthPrefixed(b))).toBe(isSame);
    }),
  );
  expect(lengthPrefixed(["ab", "c"])).not.toEqual(lengthPrefixed(["a", "bc"]));
  expect(lengthPrefixed(["a", ""])).not.toEqual(lengthPrefixed(["a"]));
});

test("each part of a place counts, and so does the data key", () => {
  const variants: Place[] = [
    place,
    { ...place, projectId: "prj_2" },
    { ...place, projectId: null },
    { ...place, table: "hooks" },
    { ...place, rowId: "crd_2" },
    { ...place, field: "refresh_token" },
    { ...place, origin: "https://github.example" },
    { ...place, origin: "" },
    { ...place, generation: 4 },
    // A character moved from one part to the next.
    { ...place, table: "credentialsc", rowId: "rd_1" },
    { ...place, projectId: "instance" },
  ];
  const bytes = variants.map((variant) => associatedData(variant, "dek_1").toString("hex"));
  expect(new Set(bytes).size).toBe(variants.length);
  expect(associatedData(place, "dek_2")).not.toEqual(associatedData(place, "dek_1"));
});

test.each([-1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53])(
  "a generation of %s is refused",
  (generation) => {
    expect(() => associatedData({ ...place, generation }, "dek_1")).toThrow("whole number");
  },
);
