import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createMatcher, type Span } from "@/lib/redact/matcher";

/** The same, in the plainest way. */
function findPlainly(needles: readonly string[], text: string): Span[] {
  const spans: Span[] = [];
  for (let start = 0; start < text.length; start += 1) {
    for (const needle of needles) {
      if (text.startsWith(needle, start)) spans.push({ start, end: start + needle.length });
    }
  }
  return spans;
}

const inOrder = (spans: readonly Span[]) => [...spans].sort((a, b) => a.start - b.start || a.end - b.end);

describe("looking for many needles at once", () => {
  test("finds what looking for each of them finds, overlaps included", () => {
    const letters = fc.constantFrom("a", "b", "ç", "鍵");
    const needle = fc.string({ unit: letters, minLength: 3, maxLength: 9 });
    fc.assert(
      fc.property(
        fc.uniqueArray(needle, { minLength: 1, maxLength: 12 }),
        fc.string({ unit: letters, maxLength: 120 }),
        (needles, text) => {
          expect(inOrder(createMatcher(needles).find(text))).toEqual(inOrder(findPlainly(needles, text)));
        },
      ),
      { numRuns: 1_500 },
    );
  });

  test("finds nothing when there is nothing to look for", () => {
    expect(createMatcher([]).find("anything")).toEqual([]);
  });
});
