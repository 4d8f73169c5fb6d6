export type Listed = { externalId: string; fullName: string };
export type Draft = { isRestricted: boolean; listed: readonly Listed[] };

/** What somebody else did to the list, beside what stands in the form. */
export type Theirs = { added: string[]; removed: string[]; isModeChanged: boolean };

/** `mine` was made of `opened`; meanwhile the list became `now`. Both are kept: what is wanted now, and what is new in it. */
export function mergeLists(opened: Draft, mine: Draft, now: Draft): { draft: Draft; theirs: Theirs } {
  const added = without(without(now.listed, opened.listed), mine.listed);
  const gone = without(opened.listed, now.listed);
  const removed = mine.listed.filter((one) => has(gone, one));
  const isModeChanged = now.isRestricted !== opened.isRestricted && now.isRestricted !== mine.isRestricted;
  const isMyMode = mine.isRestricted !== opened.isRestricted;
  const draft = {
    isRestricted: isMyMode ? mine.isRestricted : now.isRestricted,
    listed: [...without(mine.listed, gone), ...added],
  };
  const names = (list: readonly Listed[]) => list.map(({ fullName }) => fullName);
  return { draft, theirs: { added: names(added), removed: names(removed), isModeChanged } };
}

const has = (list: readonly Listed[], { externalId }: Listed) =>
  list.some((each) => each.externalId === externalId);

const without = (list: readonly Listed[], others: readonly Listed[]) =>
  list.filter((one) => !has(others, one));
