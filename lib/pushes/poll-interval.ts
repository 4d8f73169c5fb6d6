import { env } from "@/lib/env";
import { HOOKED_POLL_SECONDS } from "@/lib/sources";

/** What decides how soon a repository is read again. */
export type Rhythm = {
  /** Reading costs a whole exchange each time (`ls-remote`), where other providers answer "nothing new" for free. */
  isAdaptive: boolean;
  /** Since the last push that we know of. */
  quietSeconds: number;
};

/** A twentieth of the time that passed since the last push: ten minutes after it, twice a minute; after five hours, seldom. */
const SHARE_OF_QUIET = 20;

/** The longest is a fifth more than the shortest, at the bounds as well: they hold for whatever chance says. */
const SPREAD = 0.2;

/**
 * How long to wait for the next reading, in seconds: `unheard` without a working hook, `heard` with one. Without one, a repository
 * is asked every POLL_SECONDS; where reading is dear, from half of that right after a push to a quarter of an hour in quiet times.
 * Spread, so that what was followed at one moment is not read at one moment for ever.
 */
export function pollSeconds(
  { isAdaptive, quietSeconds }: Rhythm,
  often: number = env().POLL_SECONDS,
  random: () => number = Math.random,
): { unheard: number; heard: number } {
  const chance = random();
  if (!isAdaptive) {
    const spread = 1 - SPREAD / 2 + SPREAD * chance;
    return { unheard: often * spread, heard: HOOKED_POLL_SECONDS * spread };
  }
  const spread = 1 + SPREAD * chance;
  const most = HOOKED_POLL_SECONDS / (1 + SPREAD);
  const least = Math.min(often / 2, most);
  const wanted = Math.min(Math.max(quietSeconds / SHARE_OF_QUIET, least), most);
  return { unheard: wanted * spread, heard: most * spread };
}
