import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { explain } from "./failures.mjs";

/** Makes the data folder, and proves that it can be written before anything half-starts on it. */
export function prepareDataFolder(dataDir) {
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    const probe = join(dataDir, `.probe-${process.pid}`);
    writeFileSync(probe, "x".repeat(4096));
    rmSync(probe);
  } catch (error) {
    throw explain(error, dataDir);
  }
}
