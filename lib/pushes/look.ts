import { db } from "@/db";
import type { LearnedFrom } from "@/db/schema";
import { refName } from "@/lib/deployments";
import { ProviderUnavailable } from "@/lib/providers";
import { keepEtag, type PushFacts, type RefPlace, readKnownHead } from "@/lib/pushes/head";
import { type Observed, observeHead } from "@/lib/pushes/observe";
import { readCommitOf, readHeadOf } from "@/lib/sources";

const TRIES = 5;

/** What looking found: where the head is, and what that meant. `push` is the one that brought it there. */
export type Looked = { commit: string | null; pushId: string | null; isNews: boolean };

/**
 * Reads a branch's head from the provider (conditionally, where nothing changed it costs nothing) and lets it take effect.
 * Reads again when the head moved meanwhile. Throws CredentialUnavailable, ProviderUnavailable, RepositoryGone.
 */
export async function lookAtHead(
  place: RefPlace,
  learnedFrom: Exclude<LearnedFrom, "delivery">,
): Promise<Looked> {
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    const known = await readKnownHead(db(), place);
    const reading = await readHeadOf(place.repositoryId, refName(place.ref), known.etag);
    const commit = reading.kind === "not_modified" ? known.commit : reading.commit;
    const facts = await factsOf(place, commit, known.commit);
    const ground = { learnedFrom, seq: known.seq };
    const observed = await db().transaction((tx) => observeHead(tx, { ...place, commit, facts, ground }));
    if (observed.kind !== "push" && observed.kind !== "known") continue;
    if (reading.kind === "head") await keepReading(place, known.seq, observed, reading.etag);
    return { commit, pushId: observed.pushId, isNews: observed.kind === "push" };
  }
  throw new ProviderUnavailable("The branch moves faster than it can be read.", "bad_answer");
}

async function keepReading(
  place: RefPlace,
  seq: number,
  observed: Observed,
  etag: string | null,
): Promise<void> {
  await keepEtag(db(), place, { seq: observed.kind === "push" ? seq + 1 : seq, etag });
}

/** Only news is worth another call. Who pushed, a reading cannot know. */
async function factsOf(
  { repositoryId }: RefPlace,
  commit: string | null,
  known: string | null,
): Promise<PushFacts> {
  if (commit === null || commit === known) return { message: "", author: "", pusher: "" };
  const { message, author } = await readCommitOf(repositoryId, commit);
  return { message, author, pusher: "" };
}
