import { run, type Transaction } from "@/db";
import { notifyCancel } from "@/lib/deployments/work";

const HOLD = {
  name: "hold-building-of-integration",
  text: `with held as (
      update deployments set cancel_requested_at = now(), cancel_reason = 'integration_paused', cancelled_by = null
      where integration_id = $1 and status = 'building' and step = 'checkout' and cancel_requested_at is null
      returning id, project_id, app_id
    )
    select id, pg_notify('console', jsonb_build_object(
      'kind', 'deployment', 'project', project_id, 'app', app_id, 'deployment', id)::text) from held`,
};

/**
 * For the transaction that pauses an integration: what still needs the repository is sent back to the queue, where it waits with
 * everything else of this integration. What has its code already goes on. Answers how many were sent back.
 */
export async function holdForIntegration(tx: Transaction, integrationId: string): Promise<number> {
  const held = await run<{ id: string }>(tx, HOLD, [integrationId]);
  await notifyCancel(
    tx,
    held.map((row) => row.id),
  );
  return held.length;
}
