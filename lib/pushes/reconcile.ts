import { db, run } from "@/db";
import type { LearnedFrom } from "@/db/schema";
import { refOfBranch } from "@/lib/deployments";
import { noteFailure } from "@/lib/pushes/backoff";
import { catchUp } from "@/lib/pushes/catch-up";
import { forEachLimited } from "@/lib/pushes/limited";
import { lookAtHead } from "@/lib/pushes/look";

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
  type Tracked = { projectId: string; branch: string };
  let moved = 0;
  for (const { projectId, branch } of await run<Tracked>(db(), TRACKED, [repositoryId])) {
    const looked = await lookAtHead({ projectId, repositoryId, ref: refOfBranch(branch) }, learnedFrom);
    if (looked.isNews) moved += 1;
  }
  await catchUp(repositoryId);
  return moved;
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
