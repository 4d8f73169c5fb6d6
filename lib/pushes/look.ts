import { db } from "@/db";
import type { LearnedFrom } from "@/db/schema";
import { refName } from "@/lib/deployments";
import { type HeadReading, ProviderUnavailable } from "@/lib/providers";
import { type Head, keepEtag, type PushFacts, type RefPlace, readKnownHead } from "@/lib/pushes/head";
import { type Observed, observeHead } from "@/lib/pushes/observe";
import { readCommitOf, readHeadOf } from "@/lib/sources";

const TRIES = 5;

/** What looking found: where the head is, and what that meant. `push` is the one that brought it there. */
export type Looked = { commit: string | null; pushId: string | null; isNews: boolean };

/** A reading that was made already, and what was known before it: one of several branches that were read together. */
export type EarlyReading = { known: Head; reading: HeadReading };

/**
 * Reads a branch's head from the provider (conditionally, where nothing changed it costs nothing) and lets it take effect.
 * Reads again when the head moved meanwhile. Throws CredentialUnavailable, ProviderUnavailable, RepositoryGone.
 */
export async function lookAtHead(
  place: RefPlace,
  learnedFrom: Exclude<LearnedFrom, "delivery">,
  early: EarlyReading | null = null,
): Promise<Looked> {
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    const { known, reading } = attempt === 0 && early ? early : await readNow(place);
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

/** What is known is looked at first: a push that comes while the head is read must not be undone by it. */
async function readNow(place: RefPlace): Promise<EarlyReading> {
  const known = await readKnownHead(db(), place);
  return { known, reading: await readHeadOf(place.repositoryId, refName(place.ref), known.etag) };
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
