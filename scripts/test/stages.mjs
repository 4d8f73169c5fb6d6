import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { inRoot } from "../project.mjs";
import { countCheck, countPlaywright, countVitest } from "./counts.mjs";
import { runOpenly } from "./run.mjs";

const tool = (name) => inRoot("node_modules", ".bin", name);
const node = (script) => [process.execPath, [inRoot("scripts", script)]];

/** What needs no test runner, fastest first. */
const CHECKS = {
  lint: [tool("biome"), ["check", "--error-on-warnings", "."]],
  imports: node("check-imports.mjs"),
  documents: node("check-docs.mjs"),
  types: [tool("tsc"), ["--noEmit"]],
  "unused code": [tool("knip"), []],
};

/** @returns {Record<string, () => Promise<import("./counts.mjs").Counts>>} */
export function checkStages() {
  const stages = Object.entries(CHECKS).map(([name, [command, args]]) => [
    name,
    async () => countCheck(await runOpenly(command, args)),
  ]);
  return Object.fromEntries(stages);
}

/** Unit, database and provider-contract tests. `isLong` runs those that take minutes, and only those. */
export async function runVitest({ isLong, environment }) {
  const report = freshReport("vitest.json");
  const choice = isLong ? longTests() : ["--exclude", "**/*.long.test.*"];
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
  const env = isLong ? { ...environment, TEST_LONG: "1" } : environment;
  return countVitest(report, await runOpenly(tool("vitest"), ["run", ...choice, ...reporters], env));
}

const FOLDERS = ["lib", "worker", "server"];

/** Tests that take minutes by their name, and those that run more often where there is time for it (lib/testing/scale.ts). */
export function longTests() {
  const files = FOLDERS.flatMap((folder) =>
    readdirSync(inRoot(folder), { recursive: true }).map((name) => `${folder}/${name}`),
  );
  return files.filter(
    (file) =>
      /\.test\.ts$/.test(file) &&
      (/\.long\.test\.ts$/.test(file) || readFileSync(inRoot(file), "utf8").includes("scaled(")),
  );
}

/** A real browser against the built console. */
export async function runPlaywright({ isLong, environment }) {
  const report = freshReport("playwright.json");
  const choice = isLong ? ["--grep", "@long", "--pass-with-no-tests"] : ["--grep-invert", "@long"];
  const args = ["test", "-c", "e2e", "--reporter=list,json", ...choice];
  const env = { ...environment, PLAYWRIGHT_JSON_OUTPUT_NAME: report };
  return countPlaywright(report, await runOpenly(tool("playwright"), args, env));
}

function freshReport(name) {
  const folder = inRoot(".test");
  if (!existsSync(folder)) mkdirSync(folder);
  const file = inRoot(".test", name);
  rmSync(file, { force: true });
  return file;
}
