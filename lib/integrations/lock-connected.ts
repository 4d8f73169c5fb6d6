import { and, eq, inArray } from "drizzle-orm";
import { integrations, type Transaction } from "@/db";
import type { ProjectContext } from "@/lib/access";
import { CONNECTED } from "@/lib/credentials";
import { notFound } from "@/lib/errors";

export type ConnectedRow = typeof integrations.$inferSelect;

/** An integration that still belongs to the project, locked: whoever changes its life takes turns here. Throws `not_found`. */
export async function lockConnected(tx: Transaction, ctx: ProjectContext, id: string): Promise<ConnectedRow> {
  const [row] = await tx
    .select()
    .from(integrations)
    .where(
      and(
        eq(integrations.projectId, ctx.projectId),
        eq(integrations.id, id),
        inArray(integrations.status, [...CONNECTED]),
      ),
    )
    .for("update");
  if (!row) throw notFound();
  return row;
}
