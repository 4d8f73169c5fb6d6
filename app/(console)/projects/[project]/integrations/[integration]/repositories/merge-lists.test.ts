import { describe, expect, test } from "vitest";
import { type Draft, mergeLists } from "./merge-lists";

const list = (isRestricted: boolean, ...names: string[]): Draft => ({
  isRestricted,
  listed: names.map((name) => ({ externalId: `id of ${name}`, fullName: name })),
});
const NOTHING = { added: [], removed: [], isModeChanged: false };

describe("a list that two people edit", () => {
  test("keeps what each of them added and took out", () => {
    const { draft, theirs } = mergeLists(
      list(true, "a", "b", "c"),
      list(true, "b", "c", "mine"),
      list(true, "a", "b", "theirs"),
    );
    expect(draft).toEqual(list(true, "b", "mine", "theirs"));
    expect(theirs).toEqual({ added: ["theirs"], removed: ["c"], isModeChanged: false });
  });

  test("is not changed by what both did alike, nor by one's own save", () => {
    const mine = list(true, "a", "b");
    expect(mergeLists(list(false, "a"), mine, mine)).toEqual({ draft: mine, theirs: NOTHING });
    expect(mergeLists(list(true, "a"), list(true), list(true))).toEqual({
      draft: list(true),
      theirs: NOTHING,
    });
  });

  test("is restricted or open as whoever changed that wants it", () => {
    expect(mergeLists(list(false), list(false), list(true)).draft.isRestricted).toBe(true);
    expect(mergeLists(list(false), list(false), list(true)).theirs.isModeChanged).toBe(true);
    expect(mergeLists(list(false), list(true), list(false))).toEqual({ draft: list(true), theirs: NOTHING });
  });
});
