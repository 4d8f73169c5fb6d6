import type { Span } from "@/lib/redact/matcher";

const ESCAPE = "\u001b";
const LONGEST_COMMAND = 2_048;

/** A text without its terminal sequences, and the way back to where each character stood. */
export type Stripped = {
  text: string;
  /** Where a character stands in the original; its length for the end. */
  position(at: number): number;
  restore(spans: readonly Span[]): Span[];
};

/** A part that was kept: where it stood, and where it stands now. */
type Part = { from: number; at: number };

/** Takes terminal sequences out, so that a colour in the middle of a secret hides nothing. */
export function stripAnsi(original: string): Stripped {
  let found = original.indexOf(ESCAPE);
  if (found < 0) return { text: original, position: (at) => at, restore: (spans) => [...spans] };
  const parts: Part[] = [];
  let text = "";
  let from = 0;
  const keep = (until: number) => {
    if (until === from) return;
    parts.push({ from, at: text.length });
    text += original.slice(from, until);
  };
  while (found >= 0) {
    const end = sequenceEnd(original, found);
    if (end > 0) {
      keep(found);
      from = end;
    }
    found = original.indexOf(ESCAPE, Math.max(end, found + 1));
  }
  keep(original.length);
  const back = (at: number) => originalPosition(parts, at);
  return {
    text,
    position: (at) => (at >= text.length ? original.length : back(at)),
    restore: (spans) => spans.map(({ start, end }) => ({ start: back(start), end: back(end - 1) + 1 })),
  };
}

/** Where a sequence begins that the text breaks off in, or its end. */
export function unfinishedSequence(text: string): number {
  const last = text.lastIndexOf(ESCAPE);
  return last >= 0 && sequenceEnd(text, last) === UNFINISHED ? last : text.length;
}

const NONE = 0;
const UNFINISHED = -1;

/** Where the sequence at an escape character ends [ECMA-48], or that there is none, or that the text ends before it does. */
function sequenceEnd(text: string, start: number): number {
  const kind = text.charAt(start + 1);
  if (kind === "]") return commandEnd(text, start + 2);
  // Parameters, intermediates, one final character: colours and cursor with them, short escapes without.
  const isControl = kind === "[";
  let at = isControl ? skip(text, start + 2, 0x30, 0x3f) : start + 1;
  at = skip(text, at, 0x20, 0x2f);
  if (at >= text.length) return text.length - start > LONGEST_COMMAND ? NONE : UNFINISHED;
  const final = text.charCodeAt(at);
  return final >= (isControl ? 0x40 : 0x30) && final <= 0x7e ? at + 1 : NONE;
}

/** Operating system commands (titles, links) run to a bell or to escape and backslash. */
function commandEnd(text: string, start: number): number {
  const limit = Math.min(text.length, start + LONGEST_COMMAND);
  for (let at = start; at < limit; at += 1) {
    const code = text.charCodeAt(at);
    if (code === 0x07) return at + 1;
    if (code !== 0x1b) continue;
    if (at + 1 === text.length) return UNFINISHED;
    return text.charAt(at + 1) === "\\" ? at + 2 : NONE;
  }
  return limit === text.length ? UNFINISHED : NONE;
}

function skip(text: string, start: number, lowest: number, highest: number): number {
  let at = start;
  while (at < text.length && text.charCodeAt(at) >= lowest && text.charCodeAt(at) <= highest) at += 1;
  return at;
}

/** Where a character of the stripped text stands in the original: in the last part that begins at or before it. */
function originalPosition(parts: readonly Part[], position: number): number {
  let low = 0;
  let high = parts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((parts[middle]?.at ?? 0) <= position) low = middle;
    else high = middle - 1;
  }
  const part = parts[low] ?? { from: 0, at: 0 };
  return part.from + (position - part.at);
}
