import type { Span } from "@/lib/redact/matcher";

// Control sequences (colours, cursor), operating system commands (titles, links), and the short escapes [ECMA-48].
const SEQUENCE = new RegExp(
  [
    String.raw`\u001b\[[0-?]*[ -/]*[@-~]`,
    String.raw`\u001b\][^\u0007\u001b]{0,2048}(?:\u0007|\u001b\\)`,
    String.raw`\u001b[ -/]*[0-Z\\^-~]`,
  ].join("|"),
  "g",
);

const LONGEST_SEQUENCE = 2_100;

/** A text without its terminal sequences, and the way back to where each character stood. */
export type Stripped = {
  text: string;
  /** Where a character stands in the original; its length for the end. */
  position(at: number): number;
  restore(spans: readonly Span[]): Span[];
};

/** Takes terminal sequences out, so that a colour in the middle of a secret hides nothing. */
export function stripAnsi(text: string): Stripped {
  if (!text.includes("\u001b")) return { text, position: (at) => at, restore: (spans) => [...spans] };
  const kept: { from: number; at: number }[] = [];
  const parts: string[] = [];
  let length = 0;
  let from = 0;
  const keep = (until: number) => {
    if (until === from) return;
    kept.push({ from, at: length });
    parts.push(text.slice(from, until));
    length += until - from;
  };
  for (const match of text.matchAll(SEQUENCE)) {
    keep(match.index);
    from = match.index + match[0].length;
  }
  keep(text.length);
  const original = (position: number) => originalPosition(kept, position);
  return {
    text: parts.join(""),
    position: (at) => (at >= length ? text.length : original(at)),
    restore: (spans) =>
      spans.map(({ start, end }) => ({ start: original(start), end: original(end - 1) + 1 })),
  };
}

/** Where the character at `position` of the stripped text stands in the original: the last part that begins at or before it. */
function originalPosition(kept: readonly { from: number; at: number }[], position: number): number {
  let low = 0;
  let high = kept.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((kept[middle]?.at ?? 0) <= position) low = middle;
    else high = middle - 1;
  }
  const part = kept[low] ?? { from: 0, at: 0 };
  return part.from + (position - part.at);
}

/** Where a sequence begins that the text breaks off in, or its end. */
export function unfinishedSequence(text: string): number {
  const last = text.lastIndexOf("\u001b");
  if (last < 0 || text.length - last > LONGEST_SEQUENCE) return text.length;
  return text.slice(last).search(SEQUENCE) === 0 ? text.length : last;
}
