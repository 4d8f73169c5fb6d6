import { stripAnsi, unfinishedSequence } from "@/lib/redact/ansi";
import type { Span } from "@/lib/redact/matcher";
import { secretSpans } from "@/lib/redact/redact";
import { known } from "@/lib/redact/registry";
import { pendingContext } from "@/lib/redact/shapes";
import { maskSpans } from "@/lib/redact/spans";

/** Redacts a text that arrives in pieces. */
export type StreamRedactor = {
  /** Takes a piece, gives what can be shown already: all but an unfinished word, and what it may be part of. */
  push(chunk: string): string;
  /** Gives what is left. */
  end(): string;
};

/** How much may wait: more than any credential that has a shape is long. */
const LONGEST_HELD = 16 * 1024;

/** The same output as `redactText` of the whole, however it is cut (but for words of more than 16 KiB). */
export function createStreamRedactor(): StreamRedactor {
  let held = "";
  return {
    push: (chunk) => {
      const taken = take(held + chunk);
      held = taken.held;
      return taken.shown;
    },
    end: () => {
      const stripped = stripAnsi(held);
      const shown = maskSpans(held, stripped.restore(secretSpans(stripped.text)));
      held = "";
      return shown;
    },
  };
}

function take(text: string): { shown: string; held: string } {
  // A sequence that has not ended is no part of the text yet, nor is it known not to be one.
  const whole = text.slice(0, unfinishedSequence(text));
  const stripped = stripAnsi(whole);
  const spans = secretSpans(stripped.text);
  const ready = readyLength(stripped.text, spans);
  const point = stripped.position(ready);
  const shown = maskSpans(whole.slice(0, point), stripped.restore(spans.filter((span) => span.end <= ready)));
  return { shown, held: text.slice(point) };
}

/** How much of the text nothing that follows can turn into a secret. Ends between words, and never inside a span. */
function readyLength(text: string, spans: readonly Span[]): number {
  let ready = Math.min(text.length, spacedNeedleStart(text));
  for (let before = -1; before !== ready && text.length - ready <= LONGEST_HELD; ) {
    before = ready;
    const crossing = spanAcross(spans, ready);
    ready = wordStart(text, Math.min(crossing?.start ?? ready, pendingContext(text, ready)));
  }
  return text.length - ready > LONGEST_HELD ? forcedLength(text, spans) : ready;
}

/** Where to cut what has no end: as late as a known secret allows. */
function forcedLength(text: string, spans: readonly Span[]): number {
  const length = Math.max(0, text.length - known().longest);
  return spanAcross(spans, length)?.end ?? length;
}

/** The span that begins before a position and ends after it. Spans are in order and do not touch. */
const spanAcross = (spans: readonly Span[], position: number): Span | undefined => {
  const last = spans.findLast((span) => span.start < position);
  return last && last.end > position ? last : undefined;
};

/** The start of the word that ends at `end`, or goes on across it. */
function wordStart(text: string, end: number): number {
  let start = end;
  while (start > 0 && end - start <= LONGEST_HELD && !isSpace(text.charCodeAt(start - 1))) start -= 1;
  return start;
}

const isSpace = (code: number): boolean => code === 0x20 || (code >= 0x09 && code <= 0x0d);

/** Where a known secret that has white space in it may have begun: the earliest end of the text that begins a needle. */
function spacedNeedleStart(text: string): number {
  const { longest, spaced } = known();
  if (spaced.length === 0) return text.length;
  for (let start = Math.max(0, text.length - longest + 1); start < text.length; start += 1) {
    const tail = text.slice(start);
    if (spaced.some((needle) => needle.startsWith(tail))) return start;
  }
  return text.length;
}
