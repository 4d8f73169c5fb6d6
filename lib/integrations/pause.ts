import { eq } from "drizzle-orm";
import { integrations } from "@/db";
import { type ProjectContext, requirePermission, transactAs } from "@/lib/access";
import { record } from "@/lib/audit";
import { transition } from "@/lib/credentials";
import { holdForIntegration } from "@/lib/deployments";
import { conflict } from "@/lib/errors";
import { lockConnected } from "@/lib/integrations/lock-connected";

export type Paused = { held: number };

/**
 * Stops automation and use at once, without losing anything: what is queued waits, what still needs the repository is sent back to
 * the queue, pushes are noted as missed, hooks and bindings stay. Pausing twice changes nothing. Throws `conflict` for an
 * integration that does not work anyway.
 */
export async function pauseIntegration(
  ctx: ProjectContext,
  input: { integrationId: string },
): Promise<Paused> {
  requirePermission(ctx, "integration.manage");
  return await transactAs(ctx, "integration.manage", async (tx) => {
    const row = await lockConnected(tx, ctx, input.integrationId);
    if (row.status === "paused") return { held: 0 };
    const which = { projectId: ctx.projectId, integrationId: row.id };
    if (!(await transition(tx, which, { kind: "paused" }))) {
      throw conflict(`${row.accountLogin} needs re-authorization: nothing uses it at the moment.`);
    }
    await tx.update(integrations).set({ pausedBy: ctx.user.id }).where(eq(integrations.id, row.id));
    const held = await holdForIntegration(tx, row.id);
    await record(tx, ctx.actor, {
      chain: ctx.projectId,
      event: "integration.paused",
      subjectId: row.id,
      subjectName: row.accountLogin,
      facts: { held },
    });
    return { held };
  });
}
