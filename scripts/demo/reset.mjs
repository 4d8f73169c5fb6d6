import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { say } from "../progress.mjs";
import { CONSOLE_DATA, FOLDER } from "./settings.mjs";

/** Throws everything of the demo away. Nothing of it runs: the caller holds its lock. */
export async function resetDemo() {
  const { findPostgres, startPostgres } = await import("../postgres.mjs");
  // After kill -9 of everything a server may still sit on the files.
  if (findPostgres({ dataDir: CONSOLE_DATA })) {
    const server = await startPostgres({ dataDir: CONSOLE_DATA });
    await server.stop();
  }
  for (const name of readdirSync(FOLDER)) {
    if (name !== "demo.lock") rmSync(join(FOLDER, name), { recursive: true, force: true });
  }
  say("Starting over: .demo was emptied");
}
