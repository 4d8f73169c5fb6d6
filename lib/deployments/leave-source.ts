import { run, type Transaction } from "@/db";
import type { Actor } from "@/lib/access";
import { leftSourceSentence } from "@/lib/deployments/sentences";

const CANCEL = {
  name: "cancel-queued-of-old-source",
  text: `with stopped as (
      update deployments d set status = 'cancelled', reason = 'superseded_before_start', run_at = null,
        finished_at = now(), cancelled_by = $2, sentence = $3
      where d.app_id = $1 and d.kind = 'production' and d.status = 'queued' and not exists (
        select 1 from sources s where s.app_id = d.app_id and s.repository_id = d.repository_id
          and 'refs/heads/' || s.branch = d.ref and s.integration_id is not distinct from d.integration_id)
      returning id, project_id, app_id
    )
    select id, pg_notify('console', jsonb_build_object(
      'kind', 'deployment', 'project', project_id, 'app', app_id, 'deployment', id)::text) from stopped`,
};

/**
 * For the transaction in which an app starts to follow something else, behind the app's lock: what is still queued from before
 * would put the past live, so it is cancelled. What builds already goes on. Answers how many were cancelled.
 */
export async function cancelOfOldSource(tx: Transaction, appId: string, by: Actor): Promise<number> {
  const userId = by.kind === "user" ? by.id : null;
  return (await run(tx, CANCEL, [appId, userId, leftSourceSentence(by.name)])).length;
}
