import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import type { Evidence, Place } from "./evidence";

/** Every file of a data directory, one at a time; what is compressed by itself also unpacked. */
export function* readFiles(dataDir: string): Generator<Evidence> {
  if (!existsSync(dataDir)) return;
  for (const file of filesBelow(dataDir)) {
    const where = relative(dataDir, file);
    const place = placeOf(where);
    const bytes = readFileSync(file);
    yield { place, where, bytes };
    const unpacked = unpack(file, bytes);
    if (unpacked) yield { place, where: `${where} (unpacked)`, bytes: unpacked };
  }
}

function placeOf(where: string): Place {
  if (where.startsWith("sites/")) return "published site";
  return where.endsWith(".log") ? "log" : "data directory";
}

const filesBelow = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));

function unpack(file: string, bytes: Buffer): Buffer | null {
  try {
    if (file.endsWith(".gz")) return gunzipSync(bytes);
    return file.endsWith(".br") ? brotliDecompressSync(bytes) : null;
  } catch {
    return null;
  }
}
