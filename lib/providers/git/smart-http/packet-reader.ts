/** One pkt-line [gitprotocol-common]: bytes, or one of the marks between them. */
export type Packet = { kind: "data"; bytes: Buffer } | { kind: "flush" | "delim" | "end" };

/** These bytes are no pkt-lines: whoever sent them does not speak Git. */
export class NotPackets extends Error {
  override readonly name = "NotPackets";
}

const MARKS = { 0: "flush", 1: "delim", 2: "end" } as const;
const HEADER = /^[0-9a-f]{4}$/i;

/** Cuts a stream of bytes into pkt-lines, at whatever places it comes in. `onPacket` answers false when it has heard enough. */
export function packetReader(onPacket: (packet: Packet) => boolean): (chunk: Uint8Array) => boolean {
  let known = Buffer.alloc(0);
  return (chunk) => {
    known = known.length === 0 ? Buffer.from(chunk) : Buffer.concat([known, chunk]);
    let at = 0;
    for (let next = cut(known, at); next; next = cut(known, at)) {
      at += next.length;
      if (!onPacket(next.packet)) return false;
    }
    known = known.subarray(at);
    return true;
  };
}

/** The packet that begins here; null while it has not come whole. */
function cut(bytes: Buffer, at: number): { packet: Packet; length: number } | null {
  if (bytes.length - at < 4) return null;
  const header = bytes.toString("latin1", at, at + 4);
  if (!HEADER.test(header)) throw new NotPackets();
  const length = Number.parseInt(header, 16);
  if (length >= 4) {
    if (bytes.length - at < length) return null;
    return { packet: { kind: "data", bytes: bytes.subarray(at + 4, at + length) }, length };
  }
  const kind = MARKS[length as 0 | 1 | 2];
  if (!kind) throw new NotPackets();
  return { packet: { kind }, length: 4 };
}

/** A line as a pkt-line. */
export function packet(line: string): string {
  const length = Buffer.byteLength(line) + 5;
  return `${length.toString(16).padStart(4, "0")}${line}\n`;
}

export const FLUSH = "0000";
export const DELIM = "0001";
