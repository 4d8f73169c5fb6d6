import { run, type Transaction } from "@/db";
import type { ProjectContext } from "@/lib/access";
import { record } from "@/lib/audit";
import { type Enqueued, enqueueDeployment } from "@/lib/deployments/enqueue";
import { failureSentence, pausedSentence, removedSentence } from "@/lib/deployments/sentences";
import type { AppSource } from "@/lib/deployments/source";
import { refOfBranch } from "@/lib/deployments/words";

/** What a person asks to deploy. */
export type RequestedCommit = { commit: string; message: string; author: string };

const SAME = {
  name: "same-requested-deployment",
  text: `select id, number from deployments
    where app_id = $1 and kind = 'production' and ref = $2 and commit = $3 and trigger in ('manual', 'redeploy')
      and plan = $4 and (status = 'queued'
        or ((status = 'building' or (status = 'failed' and (integration_id is null or reason = 'integration_paused')))
          and triggered_by = $5 and created_at > now() - interval '5 seconds'))
    order by number desc limit 1`,
};

/**
 * Queues what a person asked for, under the app's lock (`lockSource`). A second click asks for the same thing and gets the
 * same deployment. Where the app's integration is gone or paused it ends Failed at once, in words that say what to do.
 */
export async function requestDeployment(
  tx: Transaction,
  ctx: ProjectContext,
  source: AppSource,
  trigger: "manual" | "redeploy",
  requested: RequestedCommit,
): Promise<Enqueued> {
  const ref = refOfBranch(source.branch);
  const plan = JSON.stringify(source.plan);
  const [same] = await run<Enqueued>(tx, SAME, [source.appId, ref, requested.commit, plan, ctx.user.id]);
  if (same) return same;
  const made = await enqueueDeployment(tx, {
    projectId: ctx.projectId,
    appId: source.appId,
    kind: "production",
    trigger,
    triggeredBy: ctx.user.id,
    pushId: null,
    repositoryId: source.repositoryId,
    repositoryName: source.repositoryName,
    integrationId: source.integrationId,
    ref,
    ...requested,
    plan: source.plan,
  });
  if (source.integrationId === null || source.pausedAccount !== null) await failAtOnce(tx, made.id, source);
  await record(tx, ctx.actor, {
    chain: ctx.projectId,
    event: "deployment.requested",
    subjectId: made.id,
    subjectName: source.appName,
    facts: { app: source.appId, number: made.number, trigger, commit: requested.commit },
  });
  return made;
}

const FAIL = {
  name: "fail-queued-deployment",
  text: `update deployments set status = 'failed', reason = $2, sentence = $3, run_at = null, finished_at = now()
    where id = $1 and status = 'queued'`,
};

async function failAtOnce(tx: Transaction, id: string, source: AppSource): Promise<void> {
  const repository = source.repositoryName;
  if (source.pausedAccount !== null)
    await run(tx, FAIL, [id, "integration_paused", pausedSentence(source.pausedAccount)]);
  else if (source.lost)
    await run(tx, FAIL, [id, "integration_removed", removedSentence({ ...source.lost, repository })]);
  else await run(tx, FAIL, [id, "app_disconnected", failureSentence("app_disconnected", { repository })]);
}
