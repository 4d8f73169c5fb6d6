import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { checkDocuments } from "./check-docs.mjs";

let root;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "skytells-docs-"));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function write(path, text) {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

describe("the documents' check", () => {
  test("finds a cited path that is gone, file or folder, and lets other code pass", () => {
    write("lib/env.ts", "");
    write("README.md", "`lib/env.ts`, `lib`, `npm test`, `Secret`, `lib/<module>`, `lib/gone/`, `gone.json`");
    expect(checkDocuments(root)).toEqual([
      expect.stringContaining("`lib/gone/`"),
      expect.stringContaining("`gone.json`"),
    ]);
  });

  test("finds a proof whose file or test is gone", () => {
    write("lib/a.test.ts", 'test("holds", () => {});\ntest.each([1])("holds for %s", () => {});');
    const proofs = ["holds", "holds for %s", "held once"].map((name) => `- \`lib/a.test.ts\` › "${name}"`);
    write("docs/security.md", [...proofs, '- `lib/b.test.ts` › "holds"'].join("\n"));
    expect(checkDocuments(root)).toEqual([
      expect.stringContaining("`lib/b.test.ts` does not exist"),
      expect.stringContaining('no test "held once"'),
      expect.stringContaining("lib/b.test.ts does not exist, which should prove"),
    ]);
  });
});
