import { stripAnsi } from "@/lib/redact/ansi";
import type { Span } from "@/lib/redact/matcher";
import { known } from "@/lib/redact/registry";
import { findShapes } from "@/lib/redact/shapes";
import { maskSpans, mergeSpans } from "@/lib/redact/spans";

/** The text with every known secret, in any of its encodings, and everything shaped like a credential as `[secret]`. */
export function redactText(text: string): string {
  const stripped = stripAnsi(text);
  return maskSpans(text, stripped.restore(secretSpans(stripped.text)));
}

/** Where a text without terminal sequences shows something secret. */
export function secretSpans(text: string): Span[] {
  const { matcher, cores } = known();
  const found = matcher.find(text);
  const isCore = (span: Span) => cores.has(text.slice(span.start, span.end));
  const runs = wholeRuns(text, mergeSpans(found.filter(isCore)));
  return mergeSpans([...found, ...runs, ...findShapes(text)]);
}

const ENCODED = /[A-Za-z0-9+/_-]/;

/** A secret inside base64 is found by its core; what stands beside it holds the rest of its first and last byte: all of it goes. */
function wholeRuns(text: string, cores: readonly Span[]): Span[] {
  const runs: Span[] = [];
  for (const core of cores) {
    if (core.end > (runs.at(-1)?.end ?? 0)) runs.push(wholeRun(text, core));
  }
  return runs;
}

function wholeRun(text: string, core: Span): Span {
  let { start, end } = core;
  while (start > 0 && ENCODED.test(text.charAt(start - 1))) start -= 1;
  while (end < text.length && ENCODED.test(text.charAt(end))) end += 1;
  while (text.charAt(end) === "=") end += 1;
  return { start, end };
}
