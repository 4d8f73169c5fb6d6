import { run, type Transaction } from "@/db";
import type { DeploymentKind, DeploymentStatus } from "@/db/schema";
import { statusesBefore } from "@/lib/deployments/status";

/** What settling has to know of a running deployment. Read under the locks of its app and of itself. */
export type Running = {
  id: string;
  projectId: string;
  appId: string;
  number: number;
  kind: DeploymentKind;
  repositoryName: string;
  attempts: number;
  lostLeases: number;
  createdAt: Date;
  now: Date;
  isCancelled: boolean;
  cancelReason: string | null;
  cancelledByName: string | null;
  /** Of the newest deployment of the same app, kind and ref that was not cancelled, where that is newer than this one. */
  newerCommit: string | null;
  /** Its app follows another repository or branch by now. */
  isSourceLeft: boolean;
};

/** Where it goes from here. */
export type Settlement = {
  status: Exclude<DeploymentStatus, "building">;
  reason?: string | null;
  sentence?: string | null;
  /** For `queued` only. */
  runAt?: Date;
  attempts?: number;
  lostLeases?: number;
  artifact?: { files: number; bytes: number };
};

const LOCK_APP = {
  name: "lock-app-of-deployment",
  text: `select a.id from apps a join deployments d on d.app_id = a.id where d.id = $1 for no key update of a`,
};

const LOCK = {
  name: "lock-running-deployment",
  text: `select d.id, d.project_id as "projectId", d.app_id as "appId", d.number, d.kind,
      d.repository_name as "repositoryName", d.attempts, d.lost_leases as "lostLeases", d.created_at as "createdAt",
      now() as now, d.cancel_requested_at is not null as "isCancelled", d.cancel_reason as "cancelReason",
      (select u.name from users u where u.id = d.cancelled_by) as "cancelledByName",
      (select n.commit from deployments n where n.app_id = d.app_id and n.kind = d.kind and n.ref = d.ref
        and n.number > d.number and n.status <> 'cancelled' order by n.number desc limit 1) as "newerCommit",
      d.kind = 'production' and exists (select 1 from sources s where s.app_id = d.app_id
        and (s.repository_id <> d.repository_id or 'refs/heads/' || s.branch <> d.ref)) as "isSourceLeft"
    from deployments d
    where d.id = $1 and d.status = 'building' and d.lease_token = $2 and ($3 or d.lease_until < now())
    for update of d`,
};

/**
 * Locks a running deployment that is held with this lease token, its app first (as enqueueing and rolling back do). Null
 * when somebody else holds it by now. With `onlyExpired` also null while its lease still runs.
 */
export async function lockRunning(
  tx: Transaction,
  id: string,
  leaseToken: string,
  options: { onlyExpired: boolean } = { onlyExpired: false },
): Promise<Running | null> {
  await run(tx, LOCK_APP, [id]);
  const [row] = await run<Running>(tx, LOCK, [id, leaseToken, !options.onlyExpired]);
  return row ?? null;
}

const SETTLE = {
  name: "settle-deployment",
  text: `with settled as (
      update deployments set status = $2, reason = $3, sentence = $4, run_at = $5, attempts = coalesce($6, attempts),
        lost_leases = coalesce($7, lost_leases), artifact_files = $8, artifact_bytes = $9, lease_token = null,
        lease_until = null, step = case when $2 = 'queued' then null else step end,
        cancel_requested_at = case when $2 = 'queued' then null else cancel_requested_at end,
        cancel_reason = case when $2 = 'queued' then null else cancel_reason end,
        cancelled_by = case when $2 = 'queued' then null else cancelled_by end,
        finished_at = case when $2 = 'queued' then null else now() end
      where id = $1 and status = any($10) returning id, project_id, app_id
    )
    select pg_notify('console', jsonb_build_object(
        'kind', 'deployment', 'project', project_id, 'app', app_id, 'deployment', id)::text),
      pg_notify('deployments', 'due')
    from settled`,
};

/** Writes how it ended (or that it waits again) and wakes whoever waits for its place. */
export async function settle(tx: Transaction, running: Running, to: Settlement): Promise<void> {
  const rows = await run(tx, SETTLE, [
    running.id,
    to.status,
    to.reason ?? null,
    to.sentence ?? null,
    to.runAt ?? null,
    to.attempts ?? null,
    to.lostLeases ?? null,
    to.artifact?.files ?? null,
    to.artifact?.bytes ?? null,
    statusesBefore(to.status),
  ]);
  if (rows.length !== 1) throw new Error(`${running.id} cannot become ${to.status}.`);
}
