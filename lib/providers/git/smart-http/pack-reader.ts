import { inflateSync } from "node:zlib";

const HEADER_BYTES = 12;
const TYPES: Record<number, string> = { 1: "commit", 2: "tree", 3: "blob", 4: "tag" };
/** A commit's message; larger ones exist for fun. Also what all objects that are looked at may hold together. */
const MOST_OBJECT_BYTES = 4 * 1024 * 1024;
/** The commit comes first; a server that sends so much before it sends no commit. */
const MOST_OBJECTS = 50;
const FIRST_BYTES = 16 * 1024;

/** `read` answers false when it has heard enough; `end` is called when nothing more will come. */
export type PackReader = { read(chunk: Uint8Array): boolean; end(): void };

/**
 * Reads the first objects of a pack [gitformat-pack] as its bytes come. Ends, answering false, when `onObject` has what it wanted, at
 * an object that refers to another one, and at what is no pack. An object that has not come whole is tried again once twice as much
 * has come: however small the pieces, a server makes this process work no more than a few times over what it sent.
 */
export function packReader(onObject: (type: string, data: Buffer) => boolean): PackReader {
  let bytes = Buffer.alloc(FIRST_BYTES);
  let length = 0;
  let wanted = HEADER_BYTES + 1;
  let isOpened = false;
  let isEnded = false;
  let objects = 0;
  let room = MOST_OBJECT_BYTES;

  const look = (): boolean => {
    let known = bytes.subarray(0, length);
    if (!isOpened) {
      if (known.toString("latin1", 0, 4) !== "PACK") return false;
      known = known.subarray(HEADER_BYTES);
      isOpened = true;
    }
    for (;;) {
      const next = readObject(known, room);
      if (next === "end") return false;
      if (next === "more") break;
      known = known.subarray(next.length);
      room -= next.data.length;
      objects += 1;
      if (!onObject(next.type, next.data) || objects >= MOST_OBJECTS) return false;
    }
    bytes.copyWithin(0, length - known.length, length);
    length = known.length;
    wanted = Math.max(2 * length, 1);
    return length <= MOST_OBJECT_BYTES;
  };

  return {
    read(chunk) {
      if (isEnded) return false;
      bytes = withRoom(bytes, length, chunk.length);
      bytes.set(chunk, length);
      length += chunk.length;
      if (length >= wanted) isEnded = !look();
      return !isEnded;
    },
    end() {
      if (!isEnded && length > 0) look();
      isEnded = true;
    },
  };
}

function withRoom(bytes: Buffer, length: number, more: number): Buffer<ArrayBuffer> {
  if (length + more <= bytes.length) return bytes as Buffer<ArrayBuffer>;
  const larger = Buffer.alloc(Math.max(2 * bytes.length, length + more));
  bytes.copy(larger, 0, 0, length);
  return larger;
}

type Read = { type: string; data: Buffer; length: number };

function readObject(bytes: Buffer, room: number): Read | "more" | "end" {
  const head = readHead(bytes);
  if (head === null) return "more";
  const type = TYPES[head.type];
  if (type === undefined || head.size > room) return "end";
  try {
    const { buffer, engine } = inflateSync(bytes.subarray(head.length), {
      info: true,
      // What unpacks to more than it says is no object.
      maxOutputLength: Math.max(head.size, 1),
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
