import { db, run } from "@/db";
import { env } from "@/lib/env";

const LOCK = { name: "lock-app-to-prune", text: "select id from apps where id = $1 for no key update" };

const PRUNE = {
  name: "prune-deployments",
  text: `with ranked as (
      select id, row_number() over (order by number desc) as place
      from deployments where app_id = $1 and status = 'ready' and pruned_at is null
    )
    update deployments d set pruned_at = now() from ranked, apps a
    where d.id = ranked.id and ranked.place > $2 and a.id = d.app_id and a.live_deployment_id is distinct from d.id
    returning d.id`,
};

/**
 * Marks an app's oldest ready deployments beyond DEPLOYMENTS_KEPT as gone, never the live one, and answers their ids: the
 * caller deletes those folders afterwards. A marked one can no longer be rolled back to.
 */
export async function pruneDeployments(appId: string): Promise<string[]> {
  return db().transaction(async (tx) => {
    await run(tx, LOCK, [appId]);
    const pruned = await run<{ id: string }>(tx, PRUNE, [appId, env().DEPLOYMENTS_KEPT]);
    return pruned.map((row) => row.id);
  });
}
