import { randomBytes } from "node:crypto";
import {
  chownSync,
  closeSync,
  fchmodSync,
  fsyncSync,
  linkSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import { dirname } from "node:path";

const OWNER_ONLY = 0o600;

/**
 * Writes a key to a file that does not exist yet, readable by its owner only, and returns once disk and folder have it. The file
 * appears whole or not at all, whenever the power goes. False when it is there already: it is left as it is.
 */
export function createKeyFile(file: string, text: string): boolean {
  const draft = writeDraft(file, text);
  try {
    linkSync(draft, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
  syncFolder(file);
  return true;
}

/** Puts another key into an existing file in one step, with the same owner. Readers see the old key or the new one, never less. */
export function replaceKeyFile(file: string, text: string): void {
  const { uid, gid } = statSync(file);
  const draft = writeDraft(file, text);
  try {
    if (process.getuid?.() === 0) chownSync(draft, uid, gid);
    renameSync(draft, file);
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
  syncFolder(file);
}

function writeDraft(file: string, text: string): string {
  const draft = `${file}.${randomBytes(6).toString("hex")}.new`;
  const descriptor = openSync(draft, "wx", OWNER_ONLY);
  try {
    // The mask of the process may have taken bits away, a default ACL may have added some.
    fchmodSync(descriptor, OWNER_ONLY);
    writeSync(descriptor, text);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  return draft;
}

/** A new name is on the disk only once its folder is. */
function syncFolder(file: string): void {
  const descriptor = openSync(dirname(file), "r");
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
