import { db, run } from "@/db";
import type { DeploymentStep } from "@/db/schema";

export type Heartbeat = { cancel: { reason: string; by: string | null } | null } | "lost";

const HEARTBEAT = {
  name: "heartbeat-deployment",
  text: `update deployments set lease_until = now() + make_interval(secs => $3)
    where id = $1 and lease_token = $2 and status = 'building'
    returning cancel_requested_at is not null as "isCancelled", cancel_reason as reason, cancelled_by as by`,
};

/** Extends the lease and hears whether it is to stop. "lost": somebody else has it, so stop and write nothing. */
export async function heartbeat(id: string, leaseToken: string, leaseSeconds: number): Promise<Heartbeat> {
  type Row = { isCancelled: boolean; reason: string | null; by: string | null };
  const [row] = await run<Row>(db(), HEARTBEAT, [id, leaseToken, leaseSeconds]);
  if (!row) return "lost";
  return { cancel: row.isCancelled ? { reason: row.reason ?? "cancelled_by", by: row.by } : null };
}

const MARK = {
  name: "mark-step",
  text: `with marked as (
      update deployments set step = $3,
        checked_out_at = case when $3 = 'checkout' then null else coalesce(checked_out_at, now()) end,
        built_at = case when $3 = 'publish' then now() else null end
      where id = $1 and lease_token = $2 and status = 'building'
      returning id, project_id, app_id
    )
    select pg_notify('console', jsonb_build_object(
      'kind', 'deployment', 'project', project_id, 'app', app_id, 'deployment', id)::text) from marked`,
};

/** Says which step begins. False when the lease is lost. */
export async function markStep(id: string, leaseToken: string, step: DeploymentStep): Promise<boolean> {
  return (await run(db(), MARK, [id, leaseToken, step])).length === 1;
}
