/** Lines are drawn in chunks; those far from the view are empty boxes of the same height. */
export const chunkSize = 100;
export const lineHeight = 20;

/** How many chunks `lines` need. */
export function chunkCount(lines: number): number {
  return Math.ceil(lines / chunkSize);
}

/** The height of a chunk as it was measured, or as it will be when no line wraps. */
export function chunkHeight(chunk: number, lines: number, measured: ReadonlyMap<number, number>): number {
  return measured.get(chunk) ?? Math.min(chunkSize, lines - chunk * chunkSize) * lineHeight;
}

/** The chunks that touch the view, and one more at either side. `last` is included. */
export function visibleChunks(
  scrollTop: number,
  height: number,
  lines: number,
  measured: ReadonlyMap<number, number>,
): { first: number; last: number } {
  const count = chunkCount(lines);
  let top = 0;
  let first = 0;
  while (first < count - 1 && top + chunkHeight(first, lines, measured) <= scrollTop) {
    top += chunkHeight(first, lines, measured);
    first += 1;
  }
  let last = first;
  while (last < count - 1 && top + chunkHeight(last, lines, measured) < scrollTop + height) {
    top += chunkHeight(last, lines, measured);
    last += 1;
  }
  return { first: Math.max(0, first - 1), last: Math.min(count - 1, last + 1) };
}

/** Where a line begins, in px from the top. `index` counts from 0. */
export function lineTop(index: number, lines: number, measured: ReadonlyMap<number, number>): number {
  const chunk = Math.floor(index / chunkSize);
  let top = 0;
  for (let i = 0; i < chunk; i += 1) top += chunkHeight(i, lines, measured);
  return top + (index - chunk * chunkSize) * lineHeight;
}
