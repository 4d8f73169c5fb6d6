import { run, type Transaction } from "@/db";
import type { Actor } from "@/lib/access";
import { notifyCancel } from "@/lib/deployments/work";

const CANCEL_QUEUED = {
  name: "cancel-queued-of-integration",
  text: `with stopped as (
      update deployments set status = 'cancelled', reason = 'integration_removed', run_at = null, finished_at = now(),
        cancelled_by = $2, sentence = $3::text || ' removed the integration that reads ' || repository_name
          || ' before this was built. Connect the account again to restore the app, or choose another source under Settings > Git.'
      where integration_id = $1 and status = 'queued' returning id, project_id, app_id
    )
    select id, pg_notify('console', jsonb_build_object(
      'kind', 'deployment', 'project', project_id, 'app', app_id, 'deployment', id)::text) from stopped`,
};

const STOP_BUILDING = {
  name: "stop-building-of-integration",
  text: `with stopped as (
      update deployments set cancel_requested_at = now(), cancel_reason = 'integration_removed', cancelled_by = $2
      where integration_id = $1 and status = 'building' and step = 'checkout' returning id, project_id, app_id
    )
    select id, pg_notify('console', jsonb_build_object(
      'kind', 'deployment', 'project', project_id, 'app', app_id, 'deployment', id)::text) from stopped`,
};

/**
 * For the transaction that removes an integration: cancels what is queued with it and asks the workers to stop what still needs
 * the repository, which then ends Failed (`integration_removed`). What has its code already goes on: it uses nothing of the
 * integration any more. Answers which.
 */
export async function stopForIntegration(
  tx: Transaction,
  integrationId: string,
  by: Actor,
): Promise<{ cancelled: string[]; stopping: string[] }> {
  const userId = by.kind === "user" ? by.id : null;
  const cancelled = await run<{ id: string }>(tx, CANCEL_QUEUED, [
    integrationId,
    userId,
    by.name ?? "Somebody",
  ]);
  const stopping = await run<{ id: string }>(tx, STOP_BUILDING, [integrationId, userId]);
  const ids = { cancelled: cancelled.map((row) => row.id), stopping: stopping.map((row) => row.id) };
  await notifyCancel(tx, ids.stopping);
  return ids;
}
