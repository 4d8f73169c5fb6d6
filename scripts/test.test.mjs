import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { countCheck, countPlaywright, countVitest, sum } from "./test/counts.mjs";
import { longTests } from "./test/stages.mjs";

let folder;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "skytells-counts-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function report(name, content) {
  const file = join(folder, name);
  writeFileSync(file, JSON.stringify(content));
  return file;
}

describe("the last line of a test run", () => {
  test("sums checks, tests and browser tests", () => {
    const vitest = report("vitest.json", { numPassedTests: 5, numFailedTests: 1 });
    const browser = report("playwright.json", {
      stats: { expected: 3, flaky: 1, unexpected: 2, skipped: 4 },
    });
    const counts = [countCheck(0), countCheck(1), countVitest(vitest, 1), countPlaywright(browser, 1)];
    expect(sum(counts)).toEqual({ passed: 10, failed: 4 });
  });

  test("never says that nothing failed when a runner ended badly, with or without a report", () => {
    const file = report("crashed.json", { numPassedTests: 5, numFailedTests: 0 });
    expect(countVitest(file, 1)).toEqual({ passed: 5, failed: 1 });
    expect(countPlaywright(join(folder, "none.json"), 1)).toEqual({ passed: 0, failed: 1 });
  });
});

test("the long run takes what is long by name, and whatever runs more often where there is time", () => {
  expect(longTests()).toEqual(
    expect.arrayContaining(["worker/output.long.test.ts", "lib/pushes/observe.property.test.ts"]),
  );
  expect(longTests()).not.toContain("lib/secret.test.ts");
});
