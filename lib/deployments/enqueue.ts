import { newId, run, type Transaction } from "@/db";
import type { BuildPlan, DeploymentKind, DeploymentTrigger } from "@/db/schema";
import { supersededSentence } from "@/lib/deployments/sentences";

/** Everything that a deployment means; fixed from here on. */
export type NewDeployment = {
  projectId: string;
  appId: string;
  kind: DeploymentKind;
  trigger: DeploymentTrigger;
  triggeredBy: string | null;
  pushId: string | null;
  repositoryId: string;
  repositoryName: string;
  integrationId: string | null;
  ref: string;
  commit: string;
  message: string;
  author: string;
  plan: BuildPlan;
};

export type Enqueued = { id: string; number: number };

// Locks the app, so that the next statement sees every deployment queued before. One statement could not: its snapshot
// would be older than the lock.
const NUMBER = {
  name: "number-deployment",
  text: `update apps set last_deployment_number = last_deployment_number + 1
    where id = $1 and project_id = $2 returning last_deployment_number as number`,
};

const ENQUEUE = {
  name: "enqueue-deployment",
  text: `with superseded as (
      update deployments set status = 'cancelled', reason = 'superseded_before_start', sentence = $18,
        finished_at = now(), run_at = null
      where app_id = $3 and kind = $5 and ref = $12 and status = 'queued'
      returning id
    ), made as (
      insert into deployments (id, project_id, app_id, number, kind, trigger, triggered_by, push_id, repository_id,
        repository_name, integration_id, ref, commit, commit_message, commit_author, plan, run_at)
      values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, now())
      returning id
    )
    select pg_notify('console', $17), pg_notify('deployments', 'due') from made
    union all
    select pg_notify('console', jsonb_build_object(
      'kind', 'deployment', 'project', $2::text, 'app', $3::text, 'deployment', id)::text), null from superseded`,
};

/**
 * Queues a deployment and wakes a worker when the transaction commits. Older queued ones of the same app, kind and ref are
 * cancelled (`superseded_before_start`): only the newest is worth building. Lock order: heads, then apps by id, then
 * deployments.
 */
export async function enqueueDeployment(tx: Transaction, input: NewDeployment): Promise<Enqueued> {
  const [app] = await run<{ number: number }>(tx, NUMBER, [input.appId, input.projectId]);
  if (!app) throw new Error(`There is no app ${input.appId} in ${input.projectId}.`);
  const id = newId("dep");
  const event = { kind: "deployment", project: input.projectId, app: input.appId, deployment: id };
  await run(tx, ENQUEUE, [
    id,
    input.projectId,
    input.appId,
    app.number,
    input.kind,
    input.trigger,
    input.triggeredBy,
    input.pushId,
    input.repositoryId,
    input.repositoryName,
    input.integrationId,
    input.ref,
    input.commit,
    input.message,
    input.author,
    JSON.stringify(input.plan),
    JSON.stringify(event),
    supersededSentence(input.commit),
  ]);
  return { id, number: app.number };
}
