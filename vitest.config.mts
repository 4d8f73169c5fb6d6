import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const root = fileURLToPath(new URL(".", import.meta.url));

export default defineConfig({
  resolve: {
    alias: { "@": root.replace(/\/$/, "") },
  },
  test: {
    include: [
      "{app,lib,db,server,worker,sites,components,scripts,e2e/forge,e2e/leaks}/**/*.test.{ts,tsx,mjs}",
    ],
    globalSetup: ["lib/testing/global-setup.ts"],
    // Imports of Next inside it have no file extension, which only a bundler resolves.
    server: { deps: { inline: ["next-auth"] } },
    setupFiles: ["lib/testing/fresh-file.ts"],
    pool: "forks",
    isolate: false,
    // One more than the cores that we count on: many tests wait, for a deadline or for another process.
    maxWorkers: 3,
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
