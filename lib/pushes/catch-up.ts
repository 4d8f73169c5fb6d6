import { db, run, type Transaction } from "@/db";
import type { Verdict } from "@/db/schema";
import { enqueueDeployment } from "@/lib/deployments";
import { type Follower, listFollowers } from "@/lib/pushes/followers";
import { lockHead } from "@/lib/pushes/head";

/** Verdicts on pushes that deploy late, once the integration works again. */
export const HELD_VERDICTS = [
  "needs_reauthorization",
  "integration_paused",
  "app_disconnected",
  "repository_not_allowed",
] as const satisfies readonly Verdict[];

/** Reasons of deployments that ended for want of the integration, or of its provider instance, alone. */
const LOST_ACCESS = [
  "needs_reauthorization",
  "key_unavailable",
  "instance_unavailable",
  "integration_paused",
  "integration_removed",
  "repository_not_allowed",
  "app_disconnected",
];

const list = (words: readonly string[]) => words.map((word) => `'${word}'`).join(", ");

type Missed = { appId: string; projectId: string; ref: string };
type MissedCommit = { commit: string; message: string; author: string; pushId: string | null };

// The head was skipped, or its last deployment ended, because its integration could not be used; and nothing has deployed it since.
const MISSED = `from sources s
    join integrations i on i.id = s.integration_id and i.status in ('active', 'degraded')
    join heads h on h.repository_id = s.repository_id and h.ref = 'refs/heads/' || s.branch and h.commit is not null
    join apps a on a.id = s.app_id
    join repositories r on r.id = s.repository_id and (not i.is_restricted or exists (
      select 1 from allowed_repositories l where l.integration_id = i.id and l.external_id = r.external_id))
    left join deployments live on live.id = a.live_deployment_id
    left join pushes p on p.repository_id = h.repository_id and p.ref = h.ref and p.seq = h.seq
    left join verdicts v on v.push_id = p.id and v.app_id = s.app_id
    left join lateral (
      select d.reason, d.commit_message, d.commit_author from deployments d
      where d.app_id = s.app_id and d.kind = 'production' and d.ref = h.ref and d.commit = h.commit
        and (p.id is null or d.created_at >= p.created_at)
      order by d.number desc limit 1
    ) d on true
  where s.repository_id = $1 and s.auto_deploy
    and ((d.reason in (${list(LOST_ACCESS)}) and live.commit is distinct from h.commit)
      or (d.commit_message is null and v.verdict in (${list(HELD_VERDICTS)})))`;

const FIND = {
  name: "find-missed-heads",
  text: `select s.app_id as "appId", s.project_id as "projectId", h.ref ${MISSED} order by s.app_id`,
};

const FIND_ONE = {
  name: "find-missed-head",
  text: `select h.commit, coalesce(p.message, d.commit_message, '') as message,
      coalesce(p.author, d.commit_author, '') as author, v.push_id as "pushId" ${MISSED} and s.app_id = $2`,
};

/**
 * Deploys what apps of a repository missed while their integration needed re-authorization, was paused or gone, once it works again:
 * the head, once, where auto-deploy is on. Answers how many apps caught up.
 */
export async function catchUp(repositoryId: string): Promise<number> {
  let caughtUp = 0;
  for (const missed of await run<Missed>(db(), FIND, [repositoryId])) {
    if (await db().transaction((tx) => deployMissed(tx, repositoryId, missed))) caughtUp += 1;
  }
  return caughtUp;
}

async function deployMissed(
  tx: Transaction,
  repositoryId: string,
  { appId, projectId, ref }: Missed,
): Promise<boolean> {
  await lockHead(tx, { projectId, repositoryId, ref });
  // Looked at once more behind the lock: a second worker finds it done.
  const [missed] = await run<MissedCommit>(tx, FIND_ONE, [repositoryId, appId]);
  const follower = (await listFollowers(tx, repositoryId)).find((one) => one.appId === appId);
  if (!missed || !follower) return false;
  const { repositoryName, integrationId, plan }: Follower = follower;
  const { commit, message, author, pushId } = missed;
  const place = { projectId, appId, repositoryId, repositoryName, integrationId, ref };
  const why = { kind: "production", trigger: "catch_up", triggeredBy: null, pushId } as const;
  const { id } = await enqueueDeployment(tx, { ...place, ...why, commit, message, author, plan });
  await run(tx, LINK, [appId, pushId, id]);
  return true;
}

const LINK = {
  name: "link-caught-up-verdict",
  text: "update verdicts set deployment_id = $3 where app_id = $1 and push_id = $2",
};
