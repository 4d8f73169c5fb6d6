import { expect, it } from "vitest";
import { splitByMatch } from "./picker-match";

it("cuts out what matches, in any case, at every place", () => {
  expect(splitByMatch("Tidepool/tide", "TIDE").map(({ text, match }) => [text, match])).toEqual([
    ["Tide", true],
    ["pool/", false],
    ["tide", true],
  ]);
});

it("leaves a text whole that does not match, and an empty one empty", () => {
  expect(splitByMatch("main", "x")).toEqual([{ text: "main", match: false, at: 0 }]);
  expect(splitByMatch("main", "")).toEqual([{ text: "main", match: false, at: 0 }]);
  expect(splitByMatch("", "x")).toEqual([{ text: "", match: false, at: 0 }]);
});
