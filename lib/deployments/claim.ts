import { randomUUID } from "node:crypto";
import { db, run } from "@/db";
import type { BuildPlan, DeploymentKind, DeploymentTrigger } from "@/db/schema";

/** A deployment that this worker holds until its lease ends, with what it needs to build it. */
export type ClaimedDeployment = {
  id: string;
  leaseToken: string;
  projectId: string;
  appId: string;
  appName: string;
  number: number;
  kind: DeploymentKind;
  trigger: DeploymentTrigger;
  triggeredBy: string | null;
  pushId: string | null;
  /** Null once the integration was removed. */
  integrationId: string | null;
  repositoryId: string;
  repositoryName: string;
  provider: string;
  repositoryOrigin: string;
  repositoryExternalId: string;
  cloneUrl: string;
  ref: string;
  commit: string;
  plan: BuildPlan;
  /** How often it was started, this time included. */
  attempts: number;
  createdAt: Date;
  startedAt: Date;
  /** How often the head of its ref had moved when this was claimed: says whether a later reading is news. */
  headSeq: number;
  /** Lines that an earlier attempt wrote already. */
  logLines: number;
};

// `skip locked` lets workers pass each other; the partial unique index has the last word on one building for each ref. What is
// queued with a paused integration waits for its resumption.
const CLAIM = {
  name: "claim-deployment",
  text: `with due as (
      select id from deployments q
      where q.status = 'queued' and q.run_at <= now() and not exists (
        select 1 from deployments b
        where b.app_id = q.app_id and b.kind = q.kind and b.ref = q.ref and b.status = 'building')
        and not exists (select 1 from integrations i where i.id = q.integration_id and i.status = 'paused')
      order by q.run_at, q.number limit 1 for update skip locked
    ), claimed as (
      update deployments d set status = 'building', step = 'checkout', run_at = null, attempts = attempts + 1,
        lease_token = $1, lease_until = now() + make_interval(secs => $2), worker = $3, started_at = now(),
        checked_out_at = null, built_at = null
      from due where d.id = due.id returning d.*
    )
    select c.id, c.lease_token as "leaseToken", c.project_id as "projectId", c.app_id as "appId", a.name as "appName",
      c.number, c.kind, c.trigger, c.triggered_by as "triggeredBy", c.push_id as "pushId",
      c.integration_id as "integrationId", c.repository_id as "repositoryId", r.full_name as "repositoryName",
      r.provider, r.origin as "repositoryOrigin", r.external_id as "repositoryExternalId", r.clone_url as "cloneUrl",
      c.ref, c.commit, c.plan, c.attempts, c.created_at as "createdAt", c.started_at as "startedAt",
      c.log_lines as "logLines", coalesce(h.seq, 0)::int as "headSeq", pg_notify('console', jsonb_build_object(
        'kind', 'deployment', 'project', c.project_id, 'app', c.app_id, 'deployment', c.id)::text) as notified
    from claimed c join apps a on a.id = c.app_id join repositories r on r.id = c.repository_id
      left join heads h on h.repository_id = c.repository_id and h.ref = c.ref`,
};

const UNIQUE_VIOLATION = "23505";
const TRIES = 5;

/**
 * Takes the oldest deployment that is due, for as long as the lease (database clock), or null when nothing is. Of one app at
 * most one builds for each kind and ref. Every later write has to show the lease token: a worker that lost its lease can
 * write nothing any more.
 */
export async function claimDeployment(
  worker: string,
  leaseSeconds: number,
): Promise<ClaimedDeployment | null> {
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    try {
      const [row] = await run<ClaimedDeployment>(db(), CLAIM, [randomUUID(), leaseSeconds, worker]);
      return row ?? null;
    } catch (error) {
      // Another worker started one of the same app, kind and ref at this moment: look again.
      if ((error as { code?: unknown }).code !== UNIQUE_VIOLATION) throw error;
    }
  }
  return null;
}
