import { and, eq, isNull, sql } from "drizzle-orm";
import { z } from "zod";
import { integrationIncidents, integrations } from "@/db";
import { type ProjectContext, requirePermission, transactAs } from "@/lib/access";
import { record } from "@/lib/audit";
import { notFound } from "@/lib/errors";
import { announce } from "@/lib/events";

export const leftoverSchema = z.object({ incidentId: z.string().max(40) });

/** A person says that they removed at the provider, by hand, what the console could not: nobody is reminded any more. */
export async function settleLeftover(
  ctx: ProjectContext,
  { incidentId }: z.infer<typeof leftoverSchema>,
): Promise<void> {
  requirePermission(ctx, "integration.manage");
  await transactAs(ctx, "integration.manage", async (tx) => {
    const [row] = await tx
      .update(integrationIncidents)
      .set({ endedAt: sql`now()` })
      .where(
        and(
          eq(integrationIncidents.id, incidentId),
          eq(integrationIncidents.projectId, ctx.projectId),
          eq(integrationIncidents.kind, "cleanup_gave_up"),
          isNull(integrationIncidents.endedAt),
        ),
      )
      .returning({ integrationId: integrationIncidents.integrationId, origin: integrationIncidents.origin });
    if (!row) throw notFound();
    const [integration] = await tx
      .select({ account: integrations.accountLogin })
      .from(integrations)
      .where(eq(integrations.id, row.integrationId ?? ""));
    await announce(tx, { kind: "integration", project: ctx.projectId });
    await record(tx, ctx.actor, {
      chain: ctx.projectId,
      event: "leftover.settled",
      subjectId: row.integrationId,
      subjectName: integration?.account ?? row.origin,
    });
  });
}
