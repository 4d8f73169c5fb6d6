import { and, desc, eq, sql } from "drizzle-orm";
import { db, deliveries, deployments, pushes, repositories, verdicts } from "@/db";
import type { PushKind } from "@/db/schema";
import { type ProjectContext, requirePermission } from "@/lib/access";
import { isTagRef, refName, toCommitView } from "@/lib/deployments";
import { HELD_VERDICTS } from "@/lib/pushes/catch-up";
import { caughtUpSentence, verdictSentence } from "@/lib/pushes/sentence";
import type { PushView } from "@/lib/pushes/views";

/** Of a delivery whose push is still being worked out; its verdict says which of its changes is meant. */
const told = (name: string) => {
  const key = sql.raw(`'${name}'`);
  return sql<string | null>`coalesce(${verdicts.facts}->>${key}, ${deliveries.facts}->>${key})`;
};

const COLUMNS = {
  id: verdicts.id,
  verdict: verdicts.verdict,
  facts: verdicts.facts,
  at: verdicts.createdAt,
  pushId: pushes.id,
  ref: pushes.ref,
  kind: pushes.kind,
  commit: pushes.commit,
  message: pushes.message,
  author: pushes.author,
  pusher: pushes.pusher,
  learnedFrom: pushes.learnedFrom,
  toldRef: told("ref"),
  toldCommit: told("after"),
  toldMessage: told("message"),
  toldAuthor: told("author"),
  toldPusher: told("pusher"),
  repositoryUrl: repositories.webUrl,
  deploymentId: deployments.id,
  deploymentNumber: deployments.number,
  deploymentStatus: deployments.status,
  deploymentReason: deployments.reason,
};

const select = (ctx: ProjectContext, appId: string, limit: number) =>
  db()
    .select(COLUMNS)
    .from(verdicts)
    .leftJoin(pushes, eq(pushes.id, verdicts.pushId))
    .leftJoin(deliveries, eq(deliveries.id, verdicts.deliveryId))
    .leftJoin(
      repositories,
      eq(repositories.id, sql`coalesce(${pushes.repositoryId}, ${deliveries.repositoryId})`),
    )
    .leftJoin(deployments, eq(deployments.id, verdicts.deploymentId))
    .where(and(eq(verdicts.projectId, ctx.projectId), eq(verdicts.appId, appId)))
    .orderBy(desc(verdicts.createdAt))
    .limit(limit);

/** The last pushes that this app had to do with, newest first, each with its verdict in a sentence. Not for viewers. */
export async function listRecentPushes(ctx: ProjectContext, appId: string, limit = 10): Promise<PushView[]> {
  requirePermission(ctx, "project.details");
  return (await select(ctx, appId, limit)).map(toPushView);
}

type Row = Awaited<ReturnType<typeof select>>[number];

function toPushView(row: Row): PushView {
  const ref = row.ref ?? row.toldRef ?? "";
  const commit = row.pushId === null ? row.toldCommit : row.commit;
  const verdict = wasSuperseded(row) ? "superseded_before_start" : row.verdict;
  return {
    id: row.pushId ?? row.id,
    refName: refName(ref),
    isTag: isTagRef(ref),
    kind: row.kind ?? toldKind(row.toldCommit),
    commit: commit === null ? null : toCommitView({ ...wordsOf(row), commit }),
    pusher: row.pusher ?? row.toldPusher ?? "",
    learnedFrom: row.learnedFrom ?? "delivery",
    at: row.at.toISOString(),
    verdict,
    sentence: isCaughtUp(row) ? caughtUpSentence(verdict, row.facts) : verdictSentence(verdict, row.facts),
    deployment: toDeployment(row),
  };
}

/** It was to be deployed, and then a newer one took its place. */
const wasSuperseded = (row: Row): boolean =>
  row.verdict === "deploy" && row.deploymentReason === "superseded_before_start";

/** It could not deploy when it came, and did afterwards. */
const isCaughtUp = (row: Row): boolean =>
  (HELD_VERDICTS as readonly string[]).includes(row.verdict) && row.deploymentId !== null;

const toldKind = (commit: string | null): PushKind => (commit === null ? "deleted" : "updated");

const wordsOf = (row: Row) => ({
  message: row.message ?? row.toldMessage ?? "",
  author: row.author ?? row.toldAuthor ?? "",
  repositoryUrl: row.repositoryUrl,
});

function toDeployment(row: Row): PushView["deployment"] {
  const { deploymentId: id, deploymentNumber: number, deploymentStatus: status } = row;
  return id === null || number === null || status === null ? null : { id, number, status };
}
