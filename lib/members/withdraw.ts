import { and, eq, isNull, sql } from "drizzle-orm";
import {
  authorizationAttempts,
  invitations,
  notifications,
  pendingGrants,
  type Role,
  type Transaction,
} from "@/db";
import { mayRole } from "@/lib/access";

type Which = { projectId: string; userId: string };

/**
 * What somebody began in a role and nobody has finished ends with that role: invitations that they could not make any more, and
 * handshakes with providers. `role` is the one that they have from now on, null for none. Answers how many invitations ended.
 */
export async function withdrawWhatIsPending(
  tx: Transaction,
  which: Which,
  role: Role | null,
): Promise<{ invitations: number }> {
  if (role === null || !mayRole(role, "integration.manage")) {
    await endHandshakes(tx, which);
    await forgetNotifications(tx, which);
  }
  if (role !== null && mayRole(role, "members.manage_owners")) return { invitations: 0 };
  const mayInvite = role !== null && mayRole(role, "members.manage");
  const ended = await tx
    .update(invitations)
    .set({ endedAt: sql`now()`, endedAs: "revoked" })
    .where(
      and(
        eq(invitations.projectId, which.projectId),
        eq(invitations.invitedBy, which.userId),
        isNull(invitations.endedAt),
        mayInvite ? eq(invitations.role, "owner") : undefined,
      ),
    )
    .returning({ id: invitations.id });
  return { invitations: ended.length };
}

/** Nobody is told any more of what they may not mend. What is told goes with its mail, by the foreign key. */
const forgetNotifications = (tx: Transaction, { projectId, userId }: Which) =>
  tx
    .delete(notifications)
    .where(and(eq(notifications.projectId, projectId), eq(notifications.userId, userId)));

async function endHandshakes(tx: Transaction, { projectId, userId }: Which): Promise<void> {
  await tx
    .update(authorizationAttempts)
    .set({ consumedAt: sql`now()` })
    .where(
      and(
        eq(authorizationAttempts.projectId, projectId),
        eq(authorizationAttempts.userId, userId),
        isNull(authorizationAttempts.consumedAt),
      ),
    );
  // A grant that waits for their confirmation is erased and revoked by the worker, as one whose time is over.
  await tx
    .update(pendingGrants)
    .set({ expiresAt: sql`now()` })
    .where(and(eq(pendingGrants.projectId, projectId), eq(pendingGrants.userId, userId)));
}
