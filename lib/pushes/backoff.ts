import { db, run } from "@/db";
import { CredentialUnavailable } from "@/lib/credentials";
import { env } from "@/lib/env";
import { reportUnexpected } from "@/lib/log";
import { ProviderRejected, ProviderUnauthorized, ProviderUnavailable, RepositoryGone } from "@/lib/providers";

const LONGEST_SECONDS = 15 * 60;
/** What only a person can mend is looked at seldom; their mending calls a reconcile. */
const WAITING_SECONDS = 5 * 60;

export type Trouble = { sentence: string; seconds: number; retryAt: Date | null };

/** What a failed reading means for the next one: in words, and how long to wait after `failures` in a row. */
export function troubleOf(error: unknown, failures: number, random: () => number = Math.random): Trouble {
  const spread = 0.75 + random() / 2;
  const waiting = { seconds: WAITING_SECONDS * spread, retryAt: null };
  if (error instanceof CredentialUnavailable) return { ...waiting, sentence: error.message };
  if (error instanceof RepositoryGone) {
    const sentence = "The repository does not exist any more, or the account may not see it.";
    return { ...waiting, sentence };
  }
  const doubling = Math.min(LONGEST_SECONDS, env().POLL_SECONDS * 2 ** Math.min(failures, 10));
  const retryAt = error instanceof ProviderUnavailable ? error.retryAt : null;
  return { sentence: wordsFor(error), seconds: doubling * spread, retryAt };
}

function wordsFor(error: unknown): string {
  const isOurs =
    error instanceof ProviderUnavailable ||
    error instanceof ProviderRejected ||
    error instanceof ProviderUnauthorized;
  if (isOurs) return error.message;
  return `Something went wrong in the console while it read the repository (${reportUnexpected(error, "reading a head")}).`;
}

// An earlier poll that is already planned stays.
const NOTE = {
  name: "note-reading-failure",
  text: `update repositories set poll_failures = poll_failures + 1, poll_error = $2,
      poll_at = least(poll_at, greatest(now() + make_interval(secs => $3), $4::timestamptz))
    where id = $1`,
};

/** Plans a poll for a repository that could not be read, so that what was pushed meanwhile is found. */
export async function noteFailure(repositoryId: string, error: unknown): Promise<void> {
  const { sentence, seconds, retryAt } = troubleOf(error, 0);
  await run(db(), NOTE, [repositoryId, sentence, seconds, retryAt]);
}
