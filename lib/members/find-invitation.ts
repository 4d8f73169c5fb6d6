import { and, eq, sql } from "drizzle-orm";
import { type Executor, invitations, members, projects, users } from "@/db";
import { mayRole } from "@/lib/access";
import { hashInvitationToken } from "@/lib/members/invitation-token";
import type { InvitationLink } from "@/lib/members/views";

/** The invitation behind a token with what decides whether it still counts, or null. Consumes nothing. */
export async function findInvitation(executor: Executor, token: string) {
  const tokenHash = hashInvitationToken(token);
  if (tokenHash === null) return null;
  const [row] = await executor
    .select({
      id: invitations.id,
      projectId: invitations.projectId,
      projectName: projects.name,
      email: invitations.email,
      role: invitations.role,
      expiresAt: invitations.expiresAt,
      endedAs: invitations.endedAs,
      isExpired: sql<boolean>`${invitations.expiresAt} <= now()`,
      inviterId: users.id,
      inviterName: users.name,
      inviterRole: members.role,
    })
    .from(invitations)
    .innerJoin(projects, eq(projects.id, invitations.projectId))
    .leftJoin(users, eq(users.id, invitations.invitedBy))
    .leftJoin(
      members,
      and(eq(members.projectId, invitations.projectId), eq(members.userId, invitations.invitedBy)),
    )
    .where(eq(invitations.tokenHash, tokenHash));
  return row ?? null;
}

export type FoundInvitation = NonNullable<Awaited<ReturnType<typeof findInvitation>>>;
type DeadState = Exclude<InvitationLink["state"], "open">;

/** Why an invitation cannot be accepted; null if it can. Whoever invited must still be allowed to. */
export function deadState(found: FoundInvitation | null): DeadState | null {
  if (!found) return "unknown";
  if (found.endedAs !== null) return found.endedAs;
  if (found.isExpired) return "expired";
  const isBacked =
    found.inviterRole !== null &&
    mayRole(found.inviterRole, found.role === "owner" ? "members.manage_owners" : "members.manage");
  return isBacked ? null : "withdrawn";
}
