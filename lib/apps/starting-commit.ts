import { run, type Transaction } from "@/db";
import type { RequestedCommit } from "@/lib/deployments";
import { type RefPlace, readKnownHead, setKnownHead } from "@/lib/pushes";

const SHARED = {
  name: "branch-followed-by-others",
  text: `select p.commit, p.message, p.author from heads h
      left join pushes p on p.repository_id = h.repository_id and p.ref = h.ref and p.seq = h.seq
    where h.repository_id = $1 and h.ref = $2 and exists (
      select 1 from sources s where s.repository_id = $1 and 'refs/heads/' || s.branch = $2 and s.app_id <> $3)`,
};

type Known = { commit: string | null; message: string; author: string };

/**
 * The commit that an app starts with, recorded as the known head of its branch. Where other apps follow the branch already,
 * its head moves by pushes alone, or theirs would be lost: then it starts with the head that they know.
 */
export async function startingCommit(
  tx: Transaction,
  place: RefPlace,
  appId: string,
  chosen: { sha: string; message: string; author: string },
): Promise<RequestedCommit> {
  const started = { commit: chosen.sha, message: chosen.message, author: chosen.author };
  const [shared] = await run<Known>(tx, SHARED, [place.repositoryId, place.ref, appId]);
  if (!shared) {
    await setKnownHead(tx, place, chosen.sha);
    return started;
  }
  const known = await readKnownHead(tx, place);
  if (known.commit === null || known.commit === chosen.sha) return started;
  const { message, author } = shared.commit === known.commit ? shared : { message: "", author: "" };
  return { commit: known.commit, message, author };
}
