import { and, eq } from "drizzle-orm";
import type { z } from "zod";
import { db, members, users } from "@/db";
import { type ProjectContext, requirePermission } from "@/lib/access";
import { record } from "@/lib/audit";
import { notFound } from "@/lib/errors";
import { announce } from "@/lib/events";
import { refuseLastOwner } from "@/lib/members/last-owner";
import { lockAs, requirePower, roleOf } from "@/lib/members/lock-project";
import type { changeRoleSchema } from "@/lib/members/schemas";
import { withdrawWhatIsPending } from "@/lib/members/withdraw";

/**
 * Gives a member another role, from their next request on. Throws `forbidden` for an admin who names an owner, `conflict` when no owner
 * would be left.
 */
export async function changeRole(
  context: ProjectContext,
  { userId, role }: z.infer<typeof changeRoleSchema>,
): Promise<void> {
  requirePermission(context, "members.manage");
  const { projectId } = context;
  await db().transaction(async (tx) => {
    const power = await lockAs(tx, context);
    const before = await roleOf(tx, projectId, userId);
    if (before === null) throw notFound();
    requirePower(power, before, role);
    if (before === role) return;
    if (before === "owner") await refuseLastOwner(tx, projectId);
    await tx
      .update(members)
      .set({ role })
      .where(and(eq(members.projectId, projectId), eq(members.userId, userId)));
    const withdrawn = await withdrawWhatIsPending(tx, { projectId, userId }, role);
    const [person] = await tx.select({ name: users.name }).from(users).where(eq(users.id, userId));
    await announce(tx, { kind: "members", project: projectId });
    await record(tx, context.actor, {
      chain: projectId,
      event: "member.role_changed",
      subjectId: userId,
      subjectName: person?.name ?? null,
      facts: { from: before, to: role, withdrawnInvitations: withdrawn.invitations },
    });
  });
}
