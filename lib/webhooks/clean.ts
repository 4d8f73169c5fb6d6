const LONGEST = 4000;

/** Text of others, as PostgreSQL can keep it (no NUL, no half characters) and no longer than a screen or two. */
export const cleanText = (text: string): string =>
  Buffer.from(text.slice(0, LONGEST).replaceAll("\u0000", "")).toString();
