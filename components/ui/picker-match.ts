export type MatchPart = { text: string; match: boolean; at: number };

/** Cuts `text` at every occurrence of `query`, in any case. `at` is where a part begins. */
export function splitByMatch(text: string, query: string): MatchPart[] {
  if (query === "") return [{ text, match: false, at: 0 }];
  const parts: MatchPart[] = [];
  const lower = text.toLowerCase();
  const sought = query.toLowerCase();
  let from = 0;
  for (let hit = lower.indexOf(sought); hit >= 0; hit = lower.indexOf(sought, from)) {
    if (hit > from) parts.push({ text: text.slice(from, hit), match: false, at: from });
    from = hit + sought.length;
    parts.push({ text: text.slice(hit, from), match: true, at: hit });
  }
  if (from < text.length || parts.length === 0)
    parts.push({ text: text.slice(from), match: false, at: from });
  return parts;
}
