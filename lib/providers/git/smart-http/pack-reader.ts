import { inflateSync } from "node:zlib";

const HEADER_BYTES = 12;
const TYPES: Record<number, string> = { 1: "commit", 2: "tree", 3: "blob", 4: "tag" };
/** A commit's message; larger ones exist for fun. */
const MOST_OBJECT_BYTES = 4 * 1024 * 1024;

/**
 * Reads the first objects of a pack [gitformat-pack] as its bytes come. Ends, answering false, when `onObject` has what it wanted, at
 * an object that refers to another one, and at what is no pack.
 */
export function packReader(
  onObject: (type: string, data: Buffer) => boolean,
): (chunk: Uint8Array) => boolean {
  let known = Buffer.alloc(0);
  let isOpened = false;
  return (chunk) => {
    known = Buffer.concat([known, chunk]);
    if (!isOpened) {
      if (known.length < HEADER_BYTES) return true;
      if (known.toString("latin1", 0, 4) !== "PACK") return false;
      known = known.subarray(HEADER_BYTES);
      isOpened = true;
    }
    for (;;) {
      const next = readObject(known);
      if (next === "more") return known.length <= MOST_OBJECT_BYTES;
      if (next === "end") return false;
      known = known.subarray(next.length);
      if (!onObject(next.type, next.data)) return false;
    }
  };
}

type Read = { type: string; data: Buffer; length: number };

function readObject(bytes: Buffer): Read | "more" | "end" {
  const head = readHead(bytes);
  if (head === null) return "more";
  const type = TYPES[head.type];
  if (type === undefined || head.size > MOST_OBJECT_BYTES) return "end";
  try {
    const { buffer, engine } = inflateSync(bytes.subarray(head.length), {
      info: true,
      maxOutputLength: MOST_OBJECT_BYTES,
    }) as unknown as { buffer: Buffer; engine: { bytesWritten: number } };
    return { type, data: buffer, length: head.length + engine.bytesWritten };
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "Z_BUF_ERROR" ? "more" : "end";
  }
}

/** Type and size in seven bits each, the first byte holding three for the type. */
function readHead(bytes: Buffer): { type: number; size: number; length: number } | null {
  const [first] = bytes;
  if (first === undefined) return null;
  let size = first & 0x0f;
  let length = 1;
  for (let shift = 4, byte = first; (byte & 0x80) !== 0; shift += 7) {
    const next = bytes[length];
    if (next === undefined) return null;
    byte = next;
    size += (byte & 0x7f) * 2 ** shift;
    length += 1;
  }
  return { type: (first >> 4) & 7, size, length };
}
