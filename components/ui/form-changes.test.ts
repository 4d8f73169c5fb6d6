import { expect, it } from "vitest";
import { changedNames, sentenceList } from "./form-changes";

it("names what differs, what is new and what is gone", () => {
  const saved = new Map([
    ["branch", "main"],
    ["auto", "on"],
    ["root", "."],
  ]);
  expect(
    changedNames(
      saved,
      new Map([
        ["branch", "main"],
        ["root", "apps"],
        ["watch", "**"],
      ]),
    ),
  ).toEqual(["root", "watch", "auto"]);
  expect(changedNames(saved, new Map(saved))).toEqual([]);
});

it("joins labels as a sentence does", () => {
  expect(sentenceList([])).toBe("");
  expect(sentenceList(["Watch paths"])).toBe("watch paths");
  expect(sentenceList(["Watch paths", "Skip words"])).toBe("watch paths and skip words");
  expect(sentenceList(["Branch", "Watch paths", "Skip words"])).toBe("branch, watch paths and skip words");
});
