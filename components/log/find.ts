import { splitByMatch } from "@/components/ui/picker-match";
import { plainText, type Segment } from "./ansi";

/** One occurrence: the line's index and which of that line's occurrences it is. */
export type Match = { line: number; nth: number };

const most = 10_000;

/** Every occurrence of `query` in the lines as they read on the screen, in any case; at most ten thousand. */
export function findMatches(texts: readonly string[], query: string): Match[] {
  const sought = query.toLowerCase();
  const found: Match[] = [];
  if (sought === "") return found;
  for (let line = 0; line < texts.length && found.length < most; line += 1) {
    const text = plainText(texts[line] ?? "").toLowerCase();
    let nth = 0;
    for (
      let at = text.indexOf(sought);
      at >= 0 && found.length < most;
      at = text.indexOf(sought, at + sought.length)
    ) {
      found.push({ line, nth });
      nth += 1;
    }
  }
  return found;
}

export type MarkedSegment = Segment & {
  /** Which occurrence of the line this is a part of. */ mark?: number;
};

/** Cuts segments where occurrences of `query` begin and end, also when one runs across a change of style. */
export function markSegments(segments: readonly Segment[], query: string): MarkedSegment[] {
  if (query === "") return [...segments];
  let nth = -1;
  const bounds = splitByMatch(segments.map((segment) => segment.text).join(""), query).map((part) => {
    if (part.match) nth += 1;
    return { from: part.at, to: part.at + part.text.length, mark: part.match ? nth : undefined };
  });
  const marked: MarkedSegment[] = [];
  let start = 0;
  for (const segment of segments) {
    const end = start + segment.text.length;
    for (const { from, to, mark } of bounds) {
      const text = segment.text.slice(Math.max(0, from - start), Math.max(0, to - start));
      if (from < end && to > start && text)
        marked.push({ ...segment, text, ...(mark === undefined ? {} : { mark }) });
    }
    start = end;
  }
  return marked;
}
