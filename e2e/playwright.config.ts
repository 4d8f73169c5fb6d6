import { defineConfig, devices } from "@playwright/test";

const isRoot = process.getuid?.() === 0;

/** Each worker starts a console, a database and a Git host of its own: files may run in any order and side by side. */
export default defineConfig({
  testDir: ".",
  testMatch: /.*\.spec\.ts$/,
  outputDir: "../test-results",
  fullyParallel: false,
  workers: 2,
  forbidOnly: Boolean(process.env.CI),
  timeout: 420_000,
  expect: { timeout: 30_000 },
  use: {
    ...devices["Desktop Chrome"],
    viewport: { width: 1440, height: 1000 },
    contextOptions: { reducedMotion: "reduce" },
    launchOptions: {
      ...(process.env.PLAYWRIGHT_CHROMIUM_PATH
        ? { executablePath: process.env.PLAYWRIGHT_CHROMIUM_PATH }
        : {}),
      args: [
        ...(isRoot ? ["--no-sandbox"] : []),
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        // One process draws all pages of a worker: starting others took a third of the browser's time, and no test is about them.
        "--renderer-process-limit=1",
        "--process-per-site",
        "--disable-site-isolation-trials",
        "--in-process-gpu",
      ],
    },
  },
});
