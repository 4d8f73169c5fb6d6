import type { z } from "zod";
import { db } from "@/db";
import { type ProjectContext, requirePermission } from "@/lib/access";
import { conflict, notFound } from "@/lib/errors";
import { endMembership } from "@/lib/members/end-membership";
import { lockAs, requirePower, roleOf } from "@/lib/members/lock-project";
import type { memberSchema } from "@/lib/members/schemas";

/** Takes a member out of the project, from their next request on. Integrations that they authorized stay. */
export async function removeMember(
  context: ProjectContext,
  { userId }: z.infer<typeof memberSchema>,
): Promise<void> {
  requirePermission(context, "members.manage");
  if (userId === context.user.id) throw conflict("To go yourself, leave the project.");
  await db().transaction(async (tx) => {
    const power = await lockAs(tx, context);
    const role = await roleOf(tx, context.projectId, userId);
    if (role === null) throw notFound();
    requirePower(power, role);
    await endMembership(tx, context, { userId, role, event: "member.removed" });
  });
}
