import { run, type Transaction } from "@/db";
import { type ProjectContext, requirePermission, transactAs } from "@/lib/access";
import { record } from "@/lib/audit";
import { CredentialUnavailable } from "@/lib/credentials";
import {
  type AppSource,
  type Enqueued,
  lockSource,
  type RequestedCommit,
  refOfBranch,
  requestDeployment,
} from "@/lib/deployments";
import { conflict } from "@/lib/errors";
import { ProviderUnavailable, RepositoryGone } from "@/lib/providers";
import { lookAtHead } from "@/lib/pushes/look";

/**
 * Deploys the commit at the head of the app's branch now. Where the provider cannot be asked, the last head that is known:
 * the deployment then ends in words that say why. If the head had moved unseen, its own push deploys and comes back.
 */
export async function deployLatest(ctx: ProjectContext, input: { appId: string }): Promise<Enqueued> {
  requirePermission(ctx, "app.deploy");
  const before = await transactAs(ctx, "app.deploy", (tx) => lockSource(tx, ctx.projectId, input.appId));
  const pushId = before.integrationId === null ? null : await lookForNews(ctx, before);
  return transactAs(ctx, "app.deploy", async (tx) => {
    const source = await lockSource(tx, ctx.projectId, input.appId);
    const pushed = pushId === null ? null : await findOfPush(tx, input.appId, pushId);
    if (!pushed) return requestDeployment(tx, ctx, source, "manual", await knownCommit(tx, source));
    await recordRequest(tx, ctx, source, pushed);
    return { id: pushed.id, number: pushed.number };
  });
}

async function lookForNews(ctx: ProjectContext, source: AppSource): Promise<string | null> {
  const { repositoryId, branch } = source;
  try {
    const place = { projectId: ctx.projectId, repositoryId, ref: refOfBranch(branch) };
    const looked = await lookAtHead(place, "reconcile");
    return looked.isNews ? looked.pushId : null;
  } catch (error) {
    const isExpected =
      error instanceof CredentialUnavailable ||
      error instanceof ProviderUnavailable ||
      error instanceof RepositoryGone;
    if (isExpected) return null;
    throw error;
  }
}

const OF_PUSH = {
  name: "deployment-of-push",
  text: "select id, number, commit from deployments where app_id = $1 and push_id = $2 and trigger = 'push'",
};

type Pushed = Enqueued & { commit: string };

/** Its push deployed it, but somebody's click made the console look. */
const recordRequest = (tx: Transaction, ctx: ProjectContext, source: AppSource, pushed: Pushed) =>
  record(tx, ctx.actor, {
    chain: ctx.projectId,
    event: "deployment.requested",
    subjectId: pushed.id,
    subjectName: source.appName,
    facts: { app: source.appId, number: pushed.number, trigger: "push", commit: pushed.commit },
  });

async function findOfPush(tx: Transaction, appId: string, pushId: string): Promise<Pushed | null> {
  const [row] = await run<Pushed>(tx, OF_PUSH, [appId, pushId]);
  return row ?? null;
}

const KNOWN = {
  name: "known-commit-of-branch",
  text: `select h.commit, coalesce(p.message, d.commit_message, '') as message,
      coalesce(p.author, d.commit_author, '') as author
    from heads h
      left join lateral (select message, author from pushes p where p.repository_id = h.repository_id
        and p.ref = h.ref and p.commit = h.commit order by p.seq desc limit 1) p on true
      left join lateral (select commit_message, commit_author from deployments d where d.app_id = $3
        and d.commit = h.commit order by d.number desc limit 1) d on true
    where h.repository_id = $1 and h.ref = $2 and h.commit is not null`,
};

async function knownCommit(tx: Transaction, source: AppSource): Promise<RequestedCommit> {
  const { repositoryId, branch, appId } = source;
  const [row] = await run<RequestedCommit>(tx, KNOWN, [repositoryId, refOfBranch(branch), appId]);
  if (row) return row;
  throw conflict(
    `${source.repositoryName} has no branch ${branch} now. Push it, or choose another under Settings > Git.`,
  );
}
