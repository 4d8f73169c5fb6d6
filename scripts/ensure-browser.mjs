import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { installPackages } from "./ensure-bubblewrap.mjs";
import { Refusal, say, step } from "./progress.mjs";
import { inRoot } from "./project.mjs";

const require = createRequire(import.meta.url);
const USUAL = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/usr/bin/google-chrome-stable",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

/**
 * A Chromium for the browser tests: the one that is named, Playwright's own, the system's, or a new one.
 * @returns {Promise<string>} its path
 */
export async function ensureBrowser() {
  return findBrowser() ?? (await downloaded()) ?? (await installed()) ?? refuse();
}

function findBrowser() {
  const named = process.env.PLAYWRIGHT_CHROMIUM_PATH;
  return [named, playwrightsOwn(), ...USUAL].find((path) => path && existsSync(path));
}

const playwrightsOwn = () => require("@playwright/test").chromium.executablePath();

async function downloaded() {
  const cli = inRoot("node_modules", "@playwright", "test", "cli.js");
  await tryTo("Downloading a browser for the tests", process.execPath, [cli, "install", "chromium"]);
  return findBrowser();
}

async function installed() {
  if (process.getuid?.() !== 0 || spawnSync("apt-get", ["--version"]).status !== 0) return undefined;
  const names = ["chromium", "fonts-liberation"];
  await installPackages("Installing a browser for the tests", names).catch((error) => say(error.message));
  return findBrowser();
}

const tryTo = (...what) => step(...what).catch((error) => say(error.message.split("\n")[0]));

function refuse() {
  throw new Refusal(
    "The browser tests need a Chromium, and none could be found, downloaded or installed. Install Chromium or Chrome, or set PLAYWRIGHT_CHROMIUM_PATH to its program.",
  );
}
