import { and, eq } from "drizzle-orm";
import { db, members, type Transaction } from "@/db";
import type { ProjectContext } from "@/lib/access/context";
import { requirePermission } from "@/lib/access/require";
import type { Permission } from "@/lib/access/roles";
import { notFound } from "@/lib/errors";

/**
 * The transaction in which a verb writes. The role that the request began with may be lost by now, while a provider was asked or
 * before another lock was had: it is read again and held, so that a change of role comes before this transaction, or after its end.
 * Throws `not_found` or `forbidden`; nothing is written then.
 */
export function transactAs<T>(
  context: ProjectContext,
  permission: Permission,
  work: (tx: Transaction) => Promise<T>,
): Promise<T> {
  return db().transaction(async (tx) => {
    await holdPermission(tx, context, permission);
    return await work(tx);
  });
}

/**
 * The same within a transaction. Taken before whatever ends with a role (grants that wait, attempts); who takes the project's own row
 * takes that first, as changes of people do.
 */
export async function holdPermission(
  tx: Transaction,
  context: ProjectContext,
  permission: Permission,
): Promise<void> {
  const { projectId, user } = context;
  const [member] = await tx
    .select({ role: members.role })
    .from(members)
    .where(and(eq(members.projectId, projectId), eq(members.userId, user.id)))
    .for("share");
  if (!member) throw notFound();
  requirePermission({ ...context, role: member.role }, permission);
}
