import { and, eq, isNull, sql } from "drizzle-orm";
import type { z } from "zod";
import { db, invitations } from "@/db";
import { type ProjectContext, requirePermission } from "@/lib/access";
import { record } from "@/lib/audit";
import { notFound } from "@/lib/errors";
import { announce } from "@/lib/events";
import { lockAs, requirePower } from "@/lib/members/lock-project";
import { openInvitation } from "@/lib/members/open-invitation";
import type { invitationSchema } from "@/lib/members/schemas";

/** Ends an open invitation: its link says so from now on. Admins may not end one that makes an owner. */
export async function revokeInvitation(
  context: ProjectContext,
  input: z.infer<typeof invitationSchema>,
): Promise<void> {
  requirePermission(context, "members.manage");
  const { projectId } = context;
  await db().transaction(async (tx) => {
    const power = await lockAs(tx, context);
    const { id, email, role } = await openInvitation(tx, context, input.invitationId);
    requirePower(power, role);
    const ended = await tx
      .update(invitations)
      .set({ endedAt: sql`now()`, endedAs: "revoked" })
      .where(and(eq(invitations.id, id), isNull(invitations.endedAt)))
      .returning({ id: invitations.id });
    if (ended.length === 0) throw notFound();
    await announce(tx, { kind: "members", project: projectId });
    await record(tx, context.actor, {
      chain: projectId,
      event: "invitation.revoked",
      subjectId: id,
      subjectName: email,
      facts: { role },
    });
  });
}
