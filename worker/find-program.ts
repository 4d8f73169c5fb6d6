import { accessSync, constants } from "node:fs";
import { join } from "node:path";
import { SYSTEM_PATH } from "@/worker/git";

/** The full path of a program, null when there is none. */
export function findProgram(name: string): string | null {
  for (const folder of SYSTEM_PATH.split(":")) {
    const path = join(folder, name);
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      // Not in this folder.
    }
  }
  return null;
}
