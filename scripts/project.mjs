import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** The checkout. */
export const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));

/**
 * Where a build goes. Tests build into folders of their own, so that a running console keeps its files.
 * @param {{ DIST_DIR?: string, NEXT_DIST_DIR?: string }} [environment]
 */
export function buildFolders(environment = process.env) {
  return {
    processes: resolve(ROOT, environment.DIST_DIR || "dist"),
    // Next wants this one relative to the checkout.
    pages: environment.NEXT_DIST_DIR || ".next",
  };
}

export const inRoot = (...parts) => join(ROOT, ...parts);
