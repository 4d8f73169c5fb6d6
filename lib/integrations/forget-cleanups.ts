import { and, eq, inArray, isNull } from "drizzle-orm";
import { cleanups, integrations, type Transaction } from "@/db";
import { type ProjectContext, requirePermission, transactAs } from "@/lib/access";
import { record } from "@/lib/audit";
import { notFound } from "@/lib/errors";
import { announce } from "@/lib/events";
import { finishRemoval } from "@/lib/integrations/finish-removal";
import { ENDED } from "@/lib/integrations/settle-cleanup";

export type Forgotten = { hooks: string[]; tokens: number };

/**
 * Erases at once every copy of a removed integration's token that was kept for steps at the provider, which are then not tried any
 * more: their receipt says what is left to do by hand. A step that is being tried at this moment writes nothing afterwards.
 */
export async function forgetCleanups(
  ctx: ProjectContext,
  input: { integrationId: string },
): Promise<Forgotten> {
  requirePermission(ctx, "integration.manage");
  return await transactAs(ctx, "integration.manage", async (tx) => {
    const row = await lockRemoved(tx, ctx, input.integrationId);
    const which = { projectId: ctx.projectId, integrationId: row.id };
    const forgotten = await endPending(tx, which);
    if (forgotten.hooks.length + forgotten.tokens === 0) return forgotten;
    await finishRemoval(tx, which);
    await announce(tx, { kind: "integration", project: ctx.projectId });
    await record(tx, ctx.actor, {
      chain: ctx.projectId,
      event: "integration.forgotten",
      subjectId: row.id,
      subjectName: row.accountLogin,
      facts: forgotten,
    });
    return forgotten;
  });
}

async function lockRemoved(tx: Transaction, ctx: ProjectContext, id: string) {
  const [row] = await tx
    .select({ id: integrations.id, accountLogin: integrations.accountLogin })
    .from(integrations)
    .where(
      and(
        eq(integrations.projectId, ctx.projectId),
        eq(integrations.id, id),
        inArray(integrations.status, ["disconnecting", "removed"]),
      ),
    )
    .for("update");
  if (!row) throw notFound();
  return row;
}

async function endPending(
  tx: Transaction,
  which: { projectId: string; integrationId: string },
): Promise<Forgotten> {
  const ended = await tx
    .update(cleanups)
    .set({ ...ENDED, outcome: "forgotten" })
    .where(
      and(
        eq(cleanups.projectId, which.projectId),
        eq(cleanups.integrationId, which.integrationId),
        isNull(cleanups.finishedAt),
      ),
    )
    .returning({ target: cleanups.target });
  const hooks = ended.flatMap(({ target }) => (target.kind === "delete_hook" ? [target.repositoryName] : []));
  return { hooks, tokens: ended.length - hooks.length };
}
