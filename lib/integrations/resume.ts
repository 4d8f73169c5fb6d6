import { eq } from "drizzle-orm";
import { db, integrations, type Transaction } from "@/db";
import { type ProjectContext, requirePermission, transactAs } from "@/lib/access";
import { record } from "@/lib/audit";
import { transition } from "@/lib/credentials";
import { notifyDue } from "@/lib/deployments";
import { lockConnected } from "@/lib/integrations/lock-connected";
import { lookAgain } from "@/lib/integrations/look-again";
import { catchUp } from "@/lib/pushes";

export type Resumed = { caughtUp: number };

/**
 * Puts a paused integration back to use: what waited in the queue starts, and apps that deploy by themselves get the head that they
 * missed, once. What nobody told the console meanwhile the worker looks for. Resuming twice changes nothing.
 */
export async function resumeIntegration(
  ctx: ProjectContext,
  input: { integrationId: string },
): Promise<Resumed> {
  requirePermission(ctx, "integration.manage");
  const followed = await transactAs(ctx, "integration.manage", (tx) => resume(tx, ctx, input.integrationId));
  let caughtUp = 0;
  for (const repositoryId of followed) caughtUp += await catchUp(repositoryId);
  // Only now: a missed head takes the place of what waited.
  await notifyDue(db());
  return { caughtUp };
}

async function resume(tx: Transaction, ctx: ProjectContext, integrationId: string): Promise<string[]> {
  const row = await lockConnected(tx, ctx, integrationId);
  const which = { projectId: ctx.projectId, integrationId: row.id };
  if (!(await transition(tx, which, { kind: "resumed" }))) return [];
  await tx.update(integrations).set({ pausedBy: null }).where(eq(integrations.id, row.id));
  const followed = await lookAgain(tx, row.id);
  await record(tx, ctx.actor, {
    chain: ctx.projectId,
    event: "integration.resumed",
    subjectId: row.id,
    subjectName: row.accountLogin,
  });
  return followed;
}
