import type { z } from "zod";
import { db } from "@/db";
import { type ProjectContext, requirePermission } from "@/lib/access";
import { type Invited, invite, limitInvitations } from "@/lib/members/invite-member";
import { openInvitation } from "@/lib/members/open-invitation";
import type { invitationSchema } from "@/lib/members/schemas";

/** Makes a new link for an open invitation, good for seven days from now; the old link ends at once. */
export async function resendInvitation(
  context: ProjectContext,
  input: z.infer<typeof invitationSchema>,
): Promise<Invited> {
  requirePermission(context, "members.manage");
  const { email } = await openInvitation(db(), context, input.invitationId);
  await limitInvitations(context, email);
  return db().transaction(async (tx) => {
    const { role } = await openInvitation(tx, context, input.invitationId);
    return invite(tx, context, { email, role });
  });
}
