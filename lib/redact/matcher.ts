/** A stretch of a text, end excluded. */
export type Span = { start: number; end: number };

const BLOCK = 3;
const TABLE_BITS = 15;
const TABLE_SIZE = 1 << TABLE_BITS;

/** Finds every occurrence of any needle. */
export type Matcher = { find(text: string): Span[] };

/**
 * Looks for many needles at once by skipping [Wu and Manber 1994]: the last three characters of a window as long as the
 * shortest needle say how far the window may move. Most of a log is never read. Every needle must have at least three
 * characters.
 */
export function createMatcher(needles: readonly string[]): Matcher {
  const shortest = Math.min(...needles.map((needle) => needle.length));
  if (needles.length === 0) return { find: () => [] };
  const { shifts, endings } = buildTables(needles, shortest);
  const find = (text: string): Span[] => {
    const spans: Span[] = [];
    let at = shortest - 1;
    while (at < text.length) {
      const hash = blockHash(text, at);
      const shift = shifts[hash] ?? 0;
      if (shift === 0) collect(text, at - shortest + 1, endings.get(hash) ?? [], spans);
      at += shift || 1;
    }
    return spans;
  };
  return { find };
}

function buildTables(needles: readonly string[], shortest: number) {
  const shifts = new Uint8Array(TABLE_SIZE).fill(Math.min(shortest - BLOCK + 1, 255));
  const endings = new Map<number, string[]>();
  for (const needle of needles) {
    for (let end = BLOCK - 1; end < shortest; end += 1) {
      const hash = blockHash(needle, end);
      shifts[hash] = Math.min(shifts[hash] ?? 0, shortest - 1 - end);
    }
    const last = blockHash(needle, shortest - 1);
    endings.set(last, [...(endings.get(last) ?? []), needle]);
  }
  return { shifts, endings };
}

function blockHash(text: string, end: number): number {
  const mixed = (text.charCodeAt(end - 2) << 10) ^ (text.charCodeAt(end - 1) << 5) ^ text.charCodeAt(end);
  return (mixed ^ (mixed >>> TABLE_BITS)) & (TABLE_SIZE - 1);
}

function collect(text: string, start: number, candidates: readonly string[], spans: Span[]): void {
  for (const needle of candidates) {
    if (text.startsWith(needle, start)) spans.push({ start, end: start + needle.length });
  }
}
