import { db, run } from "@/db";
import { listSites, removeSite } from "@/worker/site-folder";

const KEPT = {
  name: "kept-sites",
  text: `select id from deployments where id = any($1)
    and (status in ('queued', 'building') or (status = 'ready' and pruned_at is null))`,
};

/**
 * Removes published files that nothing refers to any more: their app was deleted, or a worker was killed between marking a
 * deployment as pruned and deleting its folder. What is live is never among them. Answers how many there were.
 */
export async function removeForgottenSites(sites: string): Promise<number> {
  const found = await listSites(sites);
  const kept = new Set((await run<{ id: string }>(db(), KEPT, [found])).map((row) => row.id));
  const forgotten = found.filter((id) => !kept.has(id));
  for (const id of forgotten) await removeSite(sites, id);
  return forgotten.length;
}
