import { db } from "@/db";
import { type ProjectContext, requirePermission } from "@/lib/access";
import { endMembership } from "@/lib/members/end-membership";
import { lockAs } from "@/lib/members/lock-project";

/** The person who asks leaves the project. Throws `conflict` for the last owner. */
export async function leaveProject(context: ProjectContext): Promise<void> {
  requirePermission(context, "project.view");
  await db().transaction(async (tx) => {
    const role = await lockAs(tx, context);
    await endMembership(tx, context, { userId: context.user.id, role, event: "member.left" });
  });
}
