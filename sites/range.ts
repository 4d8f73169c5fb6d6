export type Range = { start: number; end: number };

const SINGLE = /^bytes=(\d*)-(\d*)$/;

/**
 * The one range that a request asks for [RFC 9110, 14.2]: null when it asks for none, or for something that may be answered
 * with the whole (several ranges, another unit); "unsatisfiable" when it lies beyond the end.
 */
export function parseRange(header: string | undefined, size: number): Range | "unsatisfiable" | null {
  const match = SINGLE.exec(header?.trim() ?? "");
  if (!match) return null;
  const [, first = "", last = ""] = match;
  if (first === "") return last === "" ? null : suffix(Number(last), size);
  const start = Number(first);
  const end = last === "" ? size - 1 : Math.min(Number(last), size - 1);
  if (last !== "" && Number(last) < start) return null;
  return start >= size ? "unsatisfiable" : { start, end };
}

function suffix(length: number, size: number): Range | "unsatisfiable" {
  if (length === 0 || size === 0) return "unsatisfiable";
  return { start: Math.max(0, size - length), end: size - 1 };
}
