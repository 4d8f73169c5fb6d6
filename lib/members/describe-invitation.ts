import { and, eq } from "drizzle-orm";
import { db, members } from "@/db";
import type { Session } from "@/lib/access";
import { findUserByEmail } from "@/lib/auth/users";
import { deadState, type FoundInvitation, findInvitation } from "@/lib/members/find-invitation";
import type { InvitationLink } from "@/lib/members/views";

/**
 * What a link is good for and what its holder has to do next. Consumes nothing: mail scanners and previews open links. Of one that is
 * over nothing is told but that.
 */
export async function describeInvitation(session: Session | null, token: string): Promise<InvitationLink> {
  const found = await findInvitation(db(), token);
  const dead = deadState(found);
  if (!found || dead) return { state: dead ?? "unknown" };
  const { projectId, projectName, role, email, expiresAt } = found;
  return {
    ...{ state: "open", projectId, projectName, role, email, expiresAt },
    invitedBy: found.inviterName ?? "",
    next: await nextStep(session, found),
  };
}

type Next = Extract<InvitationLink, { state: "open" }>["next"];

async function nextStep(session: Session | null, { projectId, email }: FoundInvitation): Promise<Next> {
  if (!session) return (await findUserByEmail(email)) ? "sign_in" : "create_account";
  if (!isAddress(session, email)) return "switch_account";
  const mine = await db()
    .select({ role: members.role })
    .from(members)
    .where(and(eq(members.projectId, projectId), eq(members.userId, session.user.id)));
  return mine.length > 0 ? "open_project" : "accept";
}

/** Whether this is the person whom an address names, whatever its capitals. */
export const isAddress = (session: Session, email: string): boolean =>
  session.user.email.toLowerCase() === email.toLowerCase();
