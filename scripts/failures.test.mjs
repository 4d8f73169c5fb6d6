import { describe, expect, test } from "vitest";
import { Refusal } from "./progress.mjs";
import { explain } from "./supervisor/failures.mjs";

describe("a failure of the system", () => {
  test.each([
    [Object.assign(new Error("write"), { code: "ENOSPC" }), "Free some space"],
    [new Error('could not extend file "base/1/2": No space left on device'), "Free some space"],
    [Object.assign(new Error("open"), { code: "EACCES" }), "set DATA_DIR to another folder"],
    [new Error("could not create directory: Read-only file system"), "that can be written"],
  ])("is put into words that say what to do: %s", (error, words) => {
    const told = explain(error, "/data");
    expect(told).toBeInstanceOf(Refusal);
    expect(told.message).toContain("/data");
    expect(told.message).toContain(words);
  });

  test("that nobody has thought of stays as it is", () => {
    const error = new Error("who knows");
    expect(explain(error, "/data")).toBe(error);
  });
});
