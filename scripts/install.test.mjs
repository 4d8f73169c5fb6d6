import { describe, expect, test } from "vitest";
import { hasDevelopment, matchesLock } from "./install/compare.mjs";

const lock = {
  packages: {
    "": { version: "0.1.0" },
    "node_modules/next": { version: "16.4.5" },
    "node_modules/vitest": { version: "4.1.12", dev: true },
    "node_modules/@next/swc-darwin-arm64": { version: "16.4.5", optional: true },
  },
};
const installed = (packages) => ({ packages });
const full = installed({
  "node_modules/next": { version: "16.4.5" },
  "node_modules/vitest": { version: "4.1.12", dev: true },
});
const small = installed({ "node_modules/next": { version: "16.4.5" } });
const options = { isProduction: false, hasFolder: () => true };

describe("an installation", () => {
  test("matches the lock without the binaries of other systems", () => {
    expect(matchesLock(lock, full, options)).toBe(true);
  });

  test("does not match when there is none, or one of another version, or a folder is gone", () => {
    expect(matchesLock(lock, undefined, options)).toBe(false);
    const older = installed({ ...full.packages, "node_modules/next": { version: "16.4.4" } });
    expect(matchesLock(lock, older, options)).toBe(false);
    const hasFolder = (path) => path !== "node_modules/vitest";
    expect(matchesLock(lock, full, { ...options, hasFolder })).toBe(false);
  });

  test("without the tools to develop is enough to run and not to test", () => {
    expect(matchesLock(lock, small, { ...options, isProduction: true })).toBe(true);
    expect(matchesLock(lock, small, options)).toBe(false);
  });

  test("with the tools to develop is known as such, so that it is never replaced by a smaller one", () => {
    expect([hasDevelopment(full), hasDevelopment(small), hasDevelopment(undefined)]).toEqual([
      true,
      false,
      false,
    ]);
  });
});
