import { existsSync, readFileSync } from "node:fs";
import { hasDevelopment, matchesLock } from "./install/compare.mjs";
import { step } from "./progress.mjs";
import { inRoot } from "./project.mjs";

/**
 * Runs `npm ci` when node_modules does not match the lock.
 * @param {{ isProduction: boolean }} options production leaves the tools to develop out, unless they are there already
 */
export async function ensureInstalled({ isProduction }) {
  const lock = readJson(inRoot("package-lock.json"));
  const installed = readJson(inRoot("node_modules", ".package-lock.json"));
  const hasFolder = (path) => existsSync(inRoot(path));
  const isSmall = isProduction && !hasDevelopment(installed);
  if (matchesLock(lock, installed, { isProduction: isSmall, hasFolder })) return;
  const options = isSmall ? ["--omit=dev"] : [];
  await step("Installing packages (npm ci)", "npm", ["ci", "--no-fund", "--no-audit", ...options]);
}

function readJson(file) {
  return existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : undefined;
}
