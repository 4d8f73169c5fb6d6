import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { hashSources, hasStamp, removeStamp, writeStamp } from "./build/stamp.mjs";

let root;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "skytells-build-"));
  for (const folder of ["lib", "docs"]) mkdirSync(join(root, folder));
  writeFileSync(join(root, "lib", "a.ts"), "1");
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

describe("a build", () => {
  test("is made anew after a source changed, came or moved, and not for tests and documents", () => {
    const hashes = [hashSources(root)];
    const change = (path, text) => {
      writeFileSync(join(root, path), text);
      hashes.push(hashSources(root));
    };
    change("lib/a.test.ts", "x");
    change("docs/a.md", "x");
    expect(new Set(hashes).size).toBe(1);
    change("lib/a.ts", "2");
    change("lib/b.ts", "2");
    rmSync(join(root, "lib/b.ts"));
    change("lib/c.ts", "2");
    expect(new Set(hashes).size).toBe(4);
  });

  test("counts only with its stamp, which belongs to its sources", () => {
    const stamp = join(root, "dist", "stamp");
    expect(hasStamp(stamp, "a")).toBe(false);
    writeStamp(stamp, "a");
    expect([hasStamp(stamp, "a"), hasStamp(stamp, "b")]).toEqual([true, false]);
    removeStamp(stamp);
    expect(existsSync(stamp)).toBe(false);
  });
});
