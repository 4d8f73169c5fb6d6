import { execFile } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { cloneUrl, git, useForge } from "@/e2e/forge/testing/start";

const { forge, folder } = useForge("demo");
const run = promisify(execFile);

/** npm with nothing but the forge's registry. */
function npm(directory: string, ...args: string[]) {
  return run("npm", [...args, "--no-audit", "--no-fund"], {
    cwd: directory,
    env: {
      NODE_ENV: "test",
      PATH: process.env.PATH ?? "",
      HOME: folder(),
      npm_config_registry: `${forge().registryUrl}/`,
      npm_config_cache: join(folder(), "npm-cache"),
      npm_config_update_notifier: "false",
    },
  });
}

it("the storefront installs from its lock file and builds", async () => {
  await git(folder(), "clone", "-q", cloneUrl(forge(), "tidepool/storefront"), "storefront");
  const directory = join(folder(), "storefront");
  expect(readFileSync(join(directory, "package-lock.json"), "utf8")).not.toContain("resolved");
  await npm(directory, "ci");
  const { stdout } = await npm(directory, "run", "build");
  expect(stdout).toContain("Built 8 pages");
  const page = readFileSync(join(directory, "dist/index.html"), "utf8");
  expect(page).toContain("Tidepool Goods");
  expect(existsSync(join(directory, "dist/shop.css"))).toBe(true);
});

it("the manual in the monorepo builds without any dependency", async () => {
  await git(folder(), "clone", "-q", cloneUrl(forge(), "tidepool/monorepo"), "monorepo");
  const directory = join(folder(), "monorepo/apps/docs");
  const { stdout } = await npm(directory, "run", "build");
  expect(stdout).toContain("3 pages");
  expect(readFileSync(join(directory, "dist/knots.html"), "utf8")).toContain("A bowline holds");
});

it("a changed tarball is refused by its integrity", async () => {
  const directory = join(folder(), "tampered");
  mkdirSync(directory);
  await git(folder(), "clone", "-q", cloneUrl(forge(), "tidepool/storefront"), "tampered");
  const lock = join(directory, "package-lock.json");
  writeFileSync(lock, readFileSync(lock, "utf8").replace(/sha512-..../, "sha512-AAAA"));
  await expect(npm(directory, "ci")).rejects.toThrow(/EINTEGRITY/);
});

it("an unknown package is 404, and publishing is refused", async () => {
  expect((await fetch(`${forge().registryUrl}/no-such-package`)).status).toBe(404);
  expect((await fetch(`${forge().registryUrl}/tide-html`, { method: "PUT" })).status).toBe(405);
});
