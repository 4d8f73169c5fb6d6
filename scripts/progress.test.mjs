import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { isAlive } from "./postgres/processes.mjs";
import { Refusal, step } from "./progress.mjs";

let folder;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "skytells-progress-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const read = (name) => {
  try {
    return readFileSync(join(folder, name), "utf8");
  } catch {
    return "";
  }
};

test("a step that fails shows the end of what it printed", async () => {
  const failing = step("Trying", process.execPath, ["-e", "console.error('the reason'); process.exit(3)"]);
  await expect(failing).rejects.toThrow(/^Trying failed after [\d.]+ s:[\s\S]*the reason/);
  await expect(failing).rejects.toBeInstanceOf(Refusal);
});

test("a step that cannot begin says why", async () => {
  await expect(step("Trying", "/nowhere/at-all", [])).rejects.toThrow("ENOENT");
});

test("a script that is stopped takes the step it was at along", async () => {
  const url = (name) => JSON.stringify(new URL(name, import.meta.url).href);
  const inner = `require("fs").writeFileSync(${JSON.stringify(join(folder, "pid"))}, String(process.pid)); setInterval(() => {}, 1000)`;
  const script = `import { step } from ${url("./progress.mjs")}; import { listenForStop } from ${url("./supervisor/signals.mjs")};
    listenForStop(); await step("Waiting", process.execPath, ["-e", ${JSON.stringify(inner)}]);`;
  writeFileSync(join(folder, "outer.mjs"), script);
  const outer = spawn(process.execPath, [join(folder, "outer.mjs")], { stdio: "ignore" });
  await expect.poll(() => read("pid"), { timeout: 10_000 }).not.toBe("");
  outer.kill("SIGTERM");
  expect(await new Promise((resolve) => outer.once("exit", resolve))).toBe(130);
  await expect.poll(() => isAlive(Number(read("pid")))).toBe(false);
});
