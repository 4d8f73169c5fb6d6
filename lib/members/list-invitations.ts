import { and, asc, eq, isNull, sql } from "drizzle-orm";
import { db, invitations, mails, users } from "@/db";
import { type ProjectContext, requirePermission } from "@/lib/access";
import type { InvitationView } from "@/lib/members/views";

/** The invitations that nobody has answered, the oldest first, expired ones included: they can be sent again. */
export async function listInvitations(context: ProjectContext): Promise<InvitationView[]> {
  requirePermission(context, "members.manage");
  const rows = await db()
    .select({
      id: invitations.id,
      email: invitations.email,
      role: invitations.role,
      invitedBy: users.name,
      invitedAt: invitations.createdAt,
      expiresAt: invitations.expiresAt,
      mail: mails.outcome,
      mailProblem: mails.lastError,
      hasMail: sql<boolean>`${mails.id} is not null`,
      isExpired: sql<boolean>`${invitations.expiresAt} <= now()`,
    })
    .from(invitations)
    .leftJoin(users, eq(users.id, invitations.invitedBy))
    .leftJoin(mails, eq(mails.invitationId, invitations.id))
    .where(and(eq(invitations.projectId, context.projectId), isNull(invitations.endedAt)))
    .orderBy(asc(invitations.createdAt), asc(invitations.id));
  return rows.map(({ hasMail, ...row }) => ({ ...row, mail: hasMail ? (row.mail ?? "waiting") : null }));
}
