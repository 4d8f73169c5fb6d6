import { spawnSync } from "node:child_process";
import { tmpdir } from "node:os";
import { describe, expect, test } from "vitest";
import { isBranchName, isPartOfBranchName } from "@/lib/branch-name";

const GOOD = [
  ...[
    "main",
    "feature/søk#1",
    "a.b",
    "a-",
    "release/1.2",
    "x@y",
    "a@",
    "@/a",
    "a/@",
    "日本",
    "a.lock.b",
    "100%",
  ],
  ...[
    "%2e%2e",
    "a/-b",
    "a{b}",
    "lock",
    "a.LOCK",
    "head",
    "HEAD/a",
    "a\u0085b",
    "a;b",
    "a'b",
    "a\u00a0b",
    "a]b",
  ],
];
const BAD = [
  ...[
    "",
    ".",
    "..",
    "../..",
    "a/../b",
    "../../user",
    "a..b",
    ".a",
    "a/.b",
    "a.",
    "a/.",
    "a.lock",
    "a.lock/b",
  ],
  ...["/", "/a", "a/", "a//b", "-", "-a", "--all", "a b", "a~1", "a^", "a:b", "a?b", "a*", "a[b]", "a\\b"],
  ...["a@{1}", "@{-1}", "HEAD", "a\tb", "a\nb", "a\u007fb", "a\u0001"],
];

const gitTakes = (name: string) =>
  spawnSync("git", ["check-ref-format", "--branch", name], { cwd: tmpdir() }).status === 0;

describe("the name of a branch", () => {
  test.each(GOOD)("%j is one, to git too", (name) => {
    expect([isBranchName(name), gitTakes(name)]).toEqual([true, true]);
  });

  test.each(BAD)("%j is none, to git neither", (name) => {
    expect([isBranchName(name), gitTakes(name)]).toEqual([false, false]);
  });

  test("is not what stands for HEAD, and not text that no address can hold", () => {
    expect(isBranchName("@")).toBe(false);
    expect(isBranchName("a\ud800")).toBe(false);
  });

  test("has parts that a search may ask for while they are typed", () => {
    for (const part of ["", "feature/", "/1", ".", "-", ".lock"]) expect(isPartOfBranchName(part)).toBe(true);
    for (const text of ["..", "a/../b", "a//", "/.", "a b", "@{", "?x"])
      expect(isPartOfBranchName(text)).toBe(false);
  });
});
