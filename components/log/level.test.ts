import { expect, it } from "vitest";
import { levelOf } from "./level";

it.each([
  ["npm warn deprecated glob@10.4.5", "warn"],
  ["\u001b[33m ⚠ lib/cart.ts:41 is deprecated\u001b[0m", "warn"],
  ["Error: Cannot find module 'x'", "bad"],
  ["npm error code ENOENT", "bad"],
  ["\u001b[31mModule not found: Can't resolve '@/lib/money'\u001b[39m", "bad"],
  ["fatal: couldn't find remote ref", "bad"],
] as const)("knows %j as %s", (line, level) => {
  expect(levelOf(line)).toBe(level);
});

it.each([
  "",
  "   ",
  "0 errors, 0 warnings",
  "\u001b[31m3\u001b[0m files changed",
  "compiled errors.ts",
  "terror",
])("takes %j for an ordinary line", (line) => {
  expect(levelOf(line)).toBeUndefined();
});
