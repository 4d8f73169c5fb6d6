import { db, run } from "@/db";
import type { LearnedFrom } from "@/db/schema";
import { refName, refOfBranch } from "@/lib/deployments";
import { noteFailure } from "@/lib/pushes/backoff";
import { catchUp } from "@/lib/pushes/catch-up";
import { type RefPlace, readKnownHead } from "@/lib/pushes/head";
import { forEachLimited } from "@/lib/pushes/limited";
import { type EarlyReading, lookAtHead } from "@/lib/pushes/look";
import { readHeadsOf } from "@/lib/sources";

const TRACKED = {
  name: "tracked-branches",
  text: `select distinct project_id as "projectId", branch from sources
    where repository_id = $1 and integration_id is not null order by branch`,
};

/**
 * Reads every head of a repository that an app tracks, and lets apps catch up with what they had no access to. Answers how
 * many heads had moved unseen. Throws as `lookAtHead`: at the first branch that cannot be read.
 */
export async function lookAtRepository(
  repositoryId: string,
  learnedFrom: Exclude<LearnedFrom, "delivery">,
): Promise<number> {
  const tracked = await run<Tracked>(db(), TRACKED, [repositoryId]);
  const places = tracked.map(({ projectId, branch }) => ({
    projectId,
    repositoryId,
    ref: refOfBranch(branch),
  }));
  const early = await readTogether(repositoryId, places);
  let moved = 0;
  for (const place of places) {
    const looked = await lookAtHead(place, learnedFrom, early?.get(place.ref) ?? null);
    if (looked.isNews) moved += 1;
  }
  await catchUp(repositoryId);
  return moved;
}

type Tracked = { projectId: string; branch: string };

/** Several branches in one exchange, where the provider can: null where each is asked for apart. */
async function readTogether(
  repositoryId: string,
  places: readonly RefPlace[],
): Promise<Map<string, EarlyReading> | null> {
  if (places.length < 2) return null;
  const known = await Promise.all(places.map((place) => readKnownHead(db(), place)));
  const heads = await readHeadsOf(
    repositoryId,
    places.map(({ ref }) => refName(ref)),
  );
  if (!heads) return null;
  return new Map(
    places.flatMap(({ ref }, i) => {
      const before = known[i];
      const commit = heads.get(refName(ref)) ?? null;
      return before ? [[ref, { known: before, reading: { kind: "head", commit, etag: commit } }]] : [];
    }),
  );
}

/**
 * Finds what was pushed while nobody listened: after a binding, a re-authorization, a resume. What cannot be read now is
 * polled until it can. Answers how many heads had moved; never throws for a provider's sake.
 */
export async function reconcileRepository(repositoryId: string): Promise<number> {
  try {
    return await lookAtRepository(repositoryId, "reconcile");
  } catch (error) {
    await noteFailure(repositoryId, error);
    return 0;
  }
}

const FOLLOWED = {
  name: "followed-repositories",
  text: `select distinct repository_id as id from sources where integration_id is not null`,
};

const AT_ONCE = 4;

/**
 * Reads each tracked head once: for the start of a worker, since a host never redelivers what it could not deliver. Answers
 * how many heads had moved.
 */
export async function reconcileAll(signal: AbortSignal): Promise<number> {
  let moved = 0;
  await forEachLimited(await run<{ id: string }>(db(), FOLLOWED, []), AT_ONCE, signal, async ({ id }) => {
    moved += await reconcileRepository(id);
  });
  return moved;
}
