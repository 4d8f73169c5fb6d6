import { db, run } from "@/db";
import type { DeploymentStep } from "@/db/schema";

export type Heartbeat = { cancel: { reason: string; by: string | null } | null } | "lost";

// One that was claimed in the very moment in which its integration was paused or removed was not seen by that transaction: as long
// as it still needs the repository, it finds out here.
const HEARTBEAT = {
  name: "heartbeat-deployment",
  text: `update deployments d set lease_until = now() + make_interval(secs => $3),
      cancel_requested_at = coalesce(d.cancel_requested_at, case when found.reason is not null then now() end),
      cancel_reason = coalesce(d.cancel_reason, found.reason), cancelled_by = coalesce(d.cancelled_by, found.by)
    from (select b.id,
        case when b.step <> 'checkout' then null when i.status = 'paused' then 'integration_paused'
          when i.status in ('disconnecting', 'removed') then 'integration_removed' end as reason,
        case when b.step = 'checkout' and i.status in ('disconnecting', 'removed') then i.removed_by end as by
      from deployments b left join integrations i on i.id = b.integration_id where b.id = $1) found
    where d.id = found.id and d.lease_token = $2 and d.status = 'building'
    returning d.cancel_requested_at is not null as "isCancelled", d.cancel_reason as reason, d.cancelled_by as by`,
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
