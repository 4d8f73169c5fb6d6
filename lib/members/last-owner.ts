import { and, count, eq } from "drizzle-orm";
import { members, type Transaction } from "@/db";
import { conflict } from "@/lib/errors";

/** Throws `conflict` when an owner is about to go and no other is left. Call under the lock. */
export async function refuseLastOwner(tx: Transaction, projectId: string): Promise<void> {
  const [row] = await tx
    .select({ owners: count() })
    .from(members)
    .where(and(eq(members.projectId, projectId), eq(members.role, "owner")));
  if ((row?.owners ?? 0) > 1) return;
  throw conflict("A project keeps at least one owner. Make somebody else an owner first.");
}
