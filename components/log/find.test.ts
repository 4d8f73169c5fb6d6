import { describe, expect, it } from "vitest";
import { findMatches, markSegments } from "./find";

describe("finding in a log", () => {
  it("finds every occurrence in any case, and not inside escape sequences", () => {
    expect(findMatches(["Error error", "none", "\u001b[31mer\u001b[0mror"], "error")).toEqual([
      { line: 0, nth: 0 },
      { line: 0, nth: 1 },
      { line: 2, nth: 0 },
    ]);
    expect(findMatches(["\u001b[31mx"], "31")).toEqual([]);
    expect(findMatches(["abc"], "")).toEqual([]);
  });

  it("marks an occurrence that runs across a change of colour", () => {
    const marked = markSegments([{ text: "an er", tone: "bad" }, { text: "ror here" }], "error");
    expect(marked).toEqual([
      { text: "an ", tone: "bad" },
      { text: "er", tone: "bad", mark: 0 },
      { text: "ror", mark: 0 },
      { text: " here" },
    ]);
  });

  it("numbers the occurrences of a line in their order", () => {
    expect(
      markSegments([{ text: "a.a.a" }], "a")
        .filter((s) => s.mark !== undefined)
        .map((s) => s.mark),
    ).toEqual([0, 1, 2]);
  });
});
